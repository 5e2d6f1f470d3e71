/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.package$;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** The versions of the programs that train and save models here. */
public final class ProgramVersions {
  private static final String MAVEN =
      "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

  private ProgramVersions() {}

  /** By name. */
  public static Map<String, String> all() {
    return Map.of(
        "kindling", kindling(),
        "deeplearning4j", deeplearning4j(),
        "spark", package$.MODULE$.SPARK_VERSION(),
        "java", Runtime.version().toString());
  }

  private static String kindling() {
    String version = ProgramVersions.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** Its manifest has none, but Maven's file beside it. */
  private static String deeplearning4j() {
    Properties properties = new Properties();
    try (InputStream maven = MultiLayerNetwork.class.getResourceAsStream(MAVEN)) {
      if (maven != null) {
        properties.load(maven);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }
}
