/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.kindling.data.Nearest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Typed, range-checked access to a resolved configuration. Methods named {@code optional...} give
 * null for a key that is null. Every error is a {@link ConfigurationException} naming the key, its
 * value, where it stands, and what is wanted.
 */
final class Settings {
  private final ConfigObject root;

  Settings(ConfigObject root) {
    this.root = root;
  }

  String optionalText(String key) {
    ConfigValue value = value(key);
    if (value.valueType() == ConfigValueType.NULL) {
      return null;
    }
    if (value.valueType() == ConfigValueType.LIST
        || value.valueType() == ConfigValueType.OBJECT
        || value.unwrapped().toString().isBlank()) {
      throw wrong(key, value, "text");
    }
    return value.unwrapped().toString();
  }

  String text(String key) {
    return wanted(optionalText(key), key, "text");
  }

  /** One character of ASCII that may stand between cells; {@code tab} is one by its name. */
  char character(String key) {
    // Not optionalText: a blank may be meant.
    String text = String.valueOf(value(key).unwrapped());
    if (text.equals("tab")) {
      return '\t';
    }
    if (text.length() != 1 || text.charAt(0) > 0x7f || "\"\n\r".contains(text)) {
      throw wrong(key, value(key), "one ASCII character, not a quote, or tab");
    }
    return text.charAt(0);
  }

  String optionalChoice(String key, List<String> allowed) {
    String text = optionalText(key);
    if (text != null && !allowed.contains(text)) {
      throw wrong(
          key,
          value(key),
          "one of %s; the nearest is %s"
              .formatted(String.join(", ", allowed), Nearest.of(text, allowed)));
    }
    return text;
  }

  String choice(String key, List<String> allowed) {
    return wanted(optionalChoice(key, allowed), key, "one of " + String.join(", ", allowed));
  }

  Boolean optionalFlag(String key) {
    return value(key).valueType() == ConfigValueType.NULL ? null : (Boolean) flag(key);
  }

  boolean flag(String key) {
    ConfigValue value = value(key);
    return switch (String.valueOf(value.unwrapped())) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, value, "true or false");
    };
  }

  Integer optionalInteger(String key, int min, int max) {
    Long number = optionalWhole(key, min, max);
    return number == null ? null : Math.toIntExact(number);
  }

  int integer(String key, int min, int max) {
    return Math.toIntExact(whole(key, min, max));
  }

  long whole(String key, long min, long max) {
    return wanted(optionalWhole(key, min, max), key, wantedWhole(min, max));
  }

  /** A number from {@code min} to {@code max}, both allowed. */
  double number(String key, double min, double max) {
    String wanted = "a number from " + plain(min) + " to " + plain(max);
    BigDecimal number = wanted(decimal(key, wanted), key, wanted);
    if (number.doubleValue() < min || number.doubleValue() > max) {
      throw wrong(key, value(key), wanted);
    }
    return number.doubleValue();
  }

  /** A number from {@code min} to {@code max}, both allowed. */
  Double optionalNumber(String key, double min, double max) {
    return value(key).valueType() == ConfigValueType.NULL ? null : (Double) number(key, min, max);
  }

  /** A number of 0 or more, less than 1. */
  Double optionalShare(String key) {
    String wanted = "a number of 0 or more, less than 1";
    BigDecimal number = decimal(key, wanted);
    if (number != null && (number.doubleValue() < 0 || number.doubleValue() >= 1)) {
      throw wrong(key, value(key), wanted);
    }
    return number == null ? null : (Double) number.doubleValue();
  }

  /** A number above 0, at most {@code max}. */
  Double optionalPositive(String key, double max) {
    String wanted = "a number above 0, at most " + plain(max);
    BigDecimal number = decimal(key, wanted);
    if (number != null && (number.doubleValue() <= 0 || number.doubleValue() > max)) {
      throw wrong(key, value(key), wanted);
    }
    return number == null ? null : (Double) number.doubleValue();
  }

  double positive(String key, double max) {
    return wanted(optionalPositive(key, max), key, "a number above 0, at most " + plain(max));
  }

  /** A list of values, objects among them as plain Java maps. */
  List<Object> optionalList(String key) {
    ConfigValue value = value(key);
    if (value.valueType() == ConfigValueType.NULL) {
      return null;
    }
    if (!(value instanceof ConfigList list) || list.isEmpty()) {
      throw wrong(key, value, "a list of at least one element");
    }
    for (ConfigValue element : list) {
      if (element.valueType() == ConfigValueType.NULL) {
        throw wrong(key, element, "a list without null");
      }
    }
    return List.copyOf(list.unwrapped());
  }

  /** A list of names, each once, which may be empty. */
  List<String> optionalNames(String key) {
    String wanted = "a list of names, each once, such as [id, label]";
    ConfigValue value = value(key);
    if (value.valueType() == ConfigValueType.NULL) {
      return null;
    }
    List<String> names = new ArrayList<>();
    if (!(value instanceof ConfigList list)) {
      throw wrong(key, value, wanted);
    }
    for (ConfigValue element : list) {
      String name = String.valueOf(element.unwrapped());
      boolean text =
          element.valueType() != ConfigValueType.NULL
              && element.valueType() != ConfigValueType.LIST
              && element.valueType() != ConfigValueType.OBJECT;
      if (!text || name.isBlank() || names.contains(name)) {
        throw wrong(key, value, wanted);
      }
      names.add(name);
    }
    return List.copyOf(names);
  }

  List<String> names(String key) {
    return wanted(optionalNames(key), key, "a list of names, which may be empty");
  }

  /** A number of bytes as Spark writes it, which may have a unit. */
  String optionalSize(String key) {
    String size = optionalText(key);
    if (size != null && !size.matches("[1-9][0-9]*[kmgtKMGT]?[bB]?")) {
      throw wrong(key, value(key), "a size such as 512m or 2g");
    }
    return size;
  }

  /** One to three whole numbers of 1 or more. */
  List<Integer> optionalShape(String key) {
    String wanted = "a list of one to three whole numbers of 1 or more, such as [28, 28, 1]";
    ConfigValue value = value(key);
    if (value.valueType() == ConfigValueType.NULL) {
      return null;
    }
    if (!(value instanceof ConfigList list) || list.isEmpty() || list.size() > 3) {
      throw wrong(key, value, wanted);
    }
    List<Integer> shape = new ArrayList<>();
    for (ConfigValue element : list) {
      if (!(element.unwrapped() instanceof Integer size) || size < 1) {
        throw wrong(key, value, wanted);
      }
      shape.add(size);
    }
    return shape;
  }

  /** A list of numbers of 0 or more. */
  List<Double> optionalNumbers(String key) {
    String wanted = "a list of numbers of 0 or more, such as [1, 2.5]";
    ConfigValue value = value(key);
    if (value.valueType() == ConfigValueType.NULL) {
      return null;
    }
    List<Double> numbers = new ArrayList<>();
    if (value instanceof ConfigList list) {
      for (ConfigValue element : list) {
        if (!(element.unwrapped() instanceof Number number) || number.doubleValue() < 0) {
          throw wrong(key, element, wanted);
        }
        numbers.add(number.doubleValue());
      }
    }
    if (numbers.isEmpty()) {
      throw wrong(key, value, wanted);
    }
    return numbers;
  }

  /** A path of the local file system, which has no scheme. */
  String optionalLocalPath(String key) {
    String path = optionalText(key);
    if (path != null && path.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      throw wrong(key, value(key), "a local folder, without a scheme");
    }
    return path;
  }

  /**
   * Refuses a key that would be passed over in silence.
   *
   * @param needed the key, not set, without which it means nothing
   * @param value null where it is not set
   */
  void refuseWithout(String needed, String key, Object value) {
    if (value != null) {
      throw new ConfigurationException(
          String.format(
              "Cannot read the configuration: %s (%s) is set, but %s is not, without which it means"
                  + " nothing",
              key, where(key), needed));
    }
  }

  /** Where the value of a key stands, for messages. */
  String where(String key) {
    return Origins.describe(value(key).origin());
  }

  ConfigurationException wrong(String key, ConfigValue value, String wanted) {
    String shown = value.unwrapped() instanceof String s ? "'" + s + "'" : value.render(ONE_LINE);
    return new ConfigurationException(
        String.format(
            "Cannot read the configuration: %s is %s (%s); wanted: %s",
            key, shown, Origins.describe(value.origin()), wanted));
  }

  private static final com.typesafe.config.ConfigRenderOptions ONE_LINE =
      com.typesafe.config.ConfigRenderOptions.concise();

  private Long optionalWhole(String key, long min, long max) {
    String wanted = wantedWhole(min, max);
    BigDecimal number = decimal(key, wanted);
    if (number == null) {
      return null;
    }
    try {
      long whole = number.longValueExact();
      if (whole >= min && whole <= max) {
        return whole;
      }
    } catch (ArithmeticException e) {
      // Not whole, or too long: reported below.
    }
    throw wrong(key, value(key), wanted);
  }

  private BigDecimal decimal(String key, String wanted) {
    ConfigValue value = value(key);
    if (value.valueType() == ConfigValueType.NULL) {
      return null;
    }
    try {
      return new BigDecimal(value.unwrapped().toString());
    } catch (NumberFormatException e) {
      throw wrong(key, value, wanted);
    }
  }

  private <T> T wanted(T value, String key, String wanted) {
    if (value == null) {
      throw wrong(key, value(key), wanted);
    }
    return value;
  }

  private ConfigValue value(String key) {
    ConfigValue value = root;
    for (String name : ConfigUtil.splitPath(key)) {
      value = ((ConfigObject) value).get(name);
    }
    return value;
  }

  private static String wantedWhole(long min, long max) {
    if (min == Long.MIN_VALUE && max == Long.MAX_VALUE) {
      return "a whole number";
    }
    return max == Integer.MAX_VALUE || max == Long.MAX_VALUE
        ? "a whole number of " + min + " or more"
        : "a whole number from " + min + " to " + max;
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
