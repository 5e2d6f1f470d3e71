/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.kindling.data.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The keys of {@code reference.conf}: what a job file may set. */
final class KnownKeys {
  private final ConfigObject reference;
  private final List<String> keys = new ArrayList<>();

  KnownKeys(ConfigObject reference) {
    this.reference = reference;
    list("", reference);
  }

  /**
   * Checks that every key of {@code settings} is known.
   *
   * @throws ConfigurationException naming the unknown key, where it stands and the nearest known
   *     key
   */
  void check(ConfigObject settings) {
    check("", reference, settings);
  }

  private void check(String prefix, ConfigObject known, ConfigObject settings) {
    for (Map.Entry<String, ConfigValue> entry : settings.entrySet()) {
      String key = prefix + ConfigUtil.joinPath(entry.getKey());
      ConfigValue value = entry.getValue();
      ConfigValue counterpart = known.get(entry.getKey());
      boolean tooDeep = value instanceof ConfigObject && !(counterpart instanceof ConfigObject);
      if (counterpart == null || tooDeep) {
        throw unknown(key, value);
      }
      if (counterpart instanceof ConfigObject group) {
        if (!(value instanceof ConfigObject inner)) {
          throw new ConfigurationException(
              String.format(
                  "Cannot read the configuration: '%s' (%s) is a group of keys, not a value; it"
                      + " holds %s",
                  key,
                  Origins.describe(value.origin()),
                  String.join(", ", new TreeSet<>(group.keySet()))));
        }
        check(key + ".", group, inner);
      }
    }
  }

  private ConfigurationException unknown(String key, ConfigValue value) {
    if (value instanceof ConfigObject group && !group.isEmpty()) {
      String first = new TreeSet<>(group.keySet()).first();
      return unknown(key + "." + ConfigUtil.joinPath(first), group.get(first));
    }
    return new ConfigurationException(
        String.format(
            "Cannot read the configuration: unknown key '%s' (%s); the nearest known key is '%s'",
            key, Origins.describe(value.origin()), Nearest.of(key, keys, KnownKeys::distance)));
  }

  /** A key written without its group is near, too. */
  private static int distance(String key, String known) {
    LevenshteinDistance edits = LevenshteinDistance.getDefaultInstance();
    int whole = edits.apply(key, known);
    int dot = known.lastIndexOf('.');
    return dot < 0 ? whole : Math.min(whole, edits.apply(key, known.substring(dot + 1)) + 1);
  }

  private void list(String prefix, ConfigObject group) {
    group.forEach(
        (name, value) -> {
          if (value instanceof ConfigObject inner) {
            list(prefix + name + ".", inner);
          } else {
            keys.add(prefix + name);
          }
        });
  }
}
