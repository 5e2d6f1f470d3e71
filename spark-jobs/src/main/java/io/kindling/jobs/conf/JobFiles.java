/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The layers of a job's configuration, the lowest first: {@code reference.conf}, for quickstart its
 * own packaged file, each {@code --conf} file in order, each {@code --set KEY=VALUE} in order.
 */
public final class JobFiles {
  /** Under our own package: other libraries have a {@code reference.conf} too. */
  private static final String PACKAGED = "io/kindling/jobs/conf/";

  private final Config reference = packaged("reference.conf");
  private Config layers;

  public JobFiles() {
    layers = ConfigFactory.empty();
  }

  /**
   * Adds a file that comes with Kindling.
   *
   * @param name its name in the project's folder {@code conf}
   */
  public JobFiles addPackaged(String name) {
    layers = packaged(name).withFallback(layers);
    return this;
  }

  /**
   * Adds a file of the user's.
   *
   * @throws ConfigurationException where the file is missing or is not HOCON
   */
  public JobFiles addFile(Path file) {
    Path found = locate(file);
    try {
      Config parsed =
          ConfigFactory.parseFile(
              found.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
      layers = parsed.withFallback(layers);
    } catch (ConfigException e) {
      throw new ConfigurationException(
          "Cannot read the configuration: " + e.getMessage().replace('\n', ' '), e);
    }
    return this;
  }

  /**
   * Adds one setting.
   *
   * @param setting {@code KEY=VALUE}; the value is taken as it stands, but {@code null} unsets the
   *     key, and what starts with <code>[</code>, <code>{</code> or a quotation mark is HOCON
   * @throws ConfigurationException where it is no {@code KEY=VALUE}
   */
  public JobFiles set(String setting) {
    String where = "--set " + setting;
    int equals = setting.indexOf('=');
    if (equals < 1) {
      throw new ConfigurationException(
          "Cannot read the command line: '" + where + "' is not --set KEY=VALUE");
    }
    String key = setting.substring(0, equals).strip();
    String text = setting.substring(equals + 1).strip();
    try {
      List<String> path = ConfigUtil.splitPath(key);
      ConfigValue value = value(text, where);
      layers = value.atPath(ConfigUtil.joinPath(path)).withFallback(layers);
    } catch (ConfigException e) {
      throw new ConfigurationException(
          "Cannot read the command line: '"
              + where
              + "' is not valid: "
              + e.getMessage().replace('\n', ' '),
          e);
    }
    return this;
  }

  /**
   * Lays all over {@code reference.conf}, fills in substitutions and checks every key and value.
   *
   * @throws ConfigurationException naming the key, its value, what is wanted and where it stands
   */
  public JobConf read() {
    Config merged;
    try {
      merged = layers.withFallback(reference).resolve(ConfigResolveOptions.defaults());
    } catch (ConfigException e) {
      throw new ConfigurationException(
          "Cannot read the configuration: " + e.getMessage().replace('\n', ' '), e);
    }
    new KnownKeys(reference.root()).check(merged.root());
    return JobConf.of(new Settings(merged.root()));
  }

  /** On a cluster the driver finds what {@code spark-submit --files} sent in its own folder. */
  private static Path locate(Path file) {
    if (Files.isRegularFile(file)) {
      return file;
    }
    Path sent = Path.of(String.valueOf(file.getFileName()));
    if ("cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      if (Files.isRegularFile(sent)) {
        return sent;
      }
      throw new ConfigurationException(
          String.format(
              "Cannot read the configuration: no file %s where the driver runs; in cluster mode"
                  + " send it with: -- --files %s",
              file, file));
    }
    throw new ConfigurationException(
        "Cannot read the configuration: "
            + (Files.exists(file) ? file + " is not a file" : "no file " + file));
  }

  private static ConfigValue value(String text, String where) {
    if (text.equals("null")) {
      return ConfigValueFactory.fromAnyRef(null, where);
    }
    if (text.startsWith("[") || text.startsWith("{") || text.startsWith("\"")) {
      ConfigObject parsed =
          ConfigFactory.parseString(
                  "value = " + text, ConfigParseOptions.defaults().setOriginDescription(where))
              .root();
      ConfigValue value = parsed.get("value");
      return value instanceof ConfigList || value instanceof ConfigObject
          ? value
          : ConfigValueFactory.fromAnyRef(value.unwrapped(), where);
    }
    return ConfigValueFactory.fromAnyRef(text, where);
  }

  private static Config packaged(String name) {
    return ConfigFactory.parseResources(
        JobFiles.class.getClassLoader(),
        PACKAGED + name,
        ConfigParseOptions.defaults().setAllowMissing(false));
  }
}
