/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.util.Map;
import org.apache.spark.package$;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** The versions of the programs that train and save models here. */
public final class ProgramVersions {
  private ProgramVersions() {}

  /** By name. */
  public static Map<String, String> all() {
    return Map.of(
        "kindling", version(ProgramVersions.class, "development"),
        "deeplearning4j", version(MultiLayerNetwork.class, "unknown"),
        "spark", package$.MODULE$.SPARK_VERSION(),
        "java", Runtime.version().toString());
  }

  private static String version(Class<?> of, String otherwise) {
    String version = of.getPackage().getImplementationVersion();
    return version == null ? otherwise : version;
  }
}
