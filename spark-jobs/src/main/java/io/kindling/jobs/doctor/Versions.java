/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.model.ProgramVersions;
import java.util.List;
import java.util.Map;
import scala.util.Properties;

/** The libraries' versions, against those that Kindling is built for and tested with. */
record Versions(String spark, String scala, String deeplearning4j) implements Check {
  private static final String SPARK = "3.5.";
  private static final String SCALA = "2.12.";
  private static final String DEEPLEARNING4J = "1.0.0-M2.1";

  /** The first that makes lambdas on JDK 17. */
  private static final int SCALA_PATCH = 15;

  static Versions here() {
    Map<String, String> versions = ProgramVersions.all();
    return new Versions(
        versions.get("spark"), Properties.versionNumberString(), versions.get("deeplearning4j"));
  }

  @Override
  public List<Finding> findings(String where) {
    return List.of(
        spark.startsWith(SPARK)
            ? Finding.ok("spark", where, spark)
            : Finding.fail("spark", where, spark + " is not 3.5", "use Spark 3.5 for Scala 2.12"),
        scala(where),
        deeplearning4j.equals(DEEPLEARNING4J)
            ? Finding.ok("deeplearning4j", where, deeplearning4j)
            : Finding.fail(
                "deeplearning4j",
                where,
                deeplearning4j + " is not " + DEEPLEARNING4J,
                "take the jars of one version, those in Kindling's lib"));
  }

  private Finding scala(String where) {
    if (!scala.startsWith(SCALA)) {
      return Finding.fail(
          "scala", where, scala + " is not 2.12", "use a Spark 3.5 that is built for Scala 2.12");
    }
    int patch = Integer.parseInt(scala.substring(SCALA.length()).replaceAll("[^0-9].*", ""));
    return patch >= SCALA_PATCH
        ? Finding.ok("scala", where, scala)
        : Finding.fail(
            "scala",
            where,
            scala + " makes no lambdas on JDK 17",
            "put scala-library 2.12.18 on the class path in its place");
  }
}
