/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Java that runs, and which of its packages are not open to Spark.
 *
 * @param closed packages of {@code java.base} that Spark reaches into and may not
 */
record JavaPlatform(String version, String home, List<String> closed) implements Check {
  /** Packages that Spark reaches into; the build's {@code spark.opens}. */
  static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  private static final int TESTED = 17;

  /** 17.0.2, and 1.8.0_302 as it was told before Java 9. */
  private static final Pattern FEATURE = Pattern.compile("(?:1\\.)?([0-9]+).*");

  static JavaPlatform here() {
    Module base = Object.class.getModule();
    Module own = JavaPlatform.class.getModule();
    return new JavaPlatform(
        System.getProperty("java.version"),
        System.getProperty("java.home"),
        OPENED.stream().filter(name -> !base.isOpen(name, own)).toList());
  }

  @Override
  public List<Finding> findings(String where) {
    return List.of(java(where), opens(where));
  }

  private Finding java(String where) {
    String found = "Java %s (%s)".formatted(version, home);
    Matcher matcher = FEATURE.matcher(version);
    int feature = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    String fix = "set JAVA_HOME (executors: spark.executorEnv.JAVA_HOME) to a JDK 17";
    if (feature == TESTED) {
      return Finding.ok("java", where, found);
    }
    return feature < TESTED
        ? Finding.fail("java", where, found + " is older than 17", fix)
        : Finding.warn("java", where, found + " is newer than what Spark 3.5 is made for", fix);
  }

  private Finding opens(String where) {
    if (closed.isEmpty()) {
      return Finding.ok("add-opens", where, "all packages that Spark needs are open");
    }
    return Finding.fail(
        "add-opens",
        where,
        "java.base does not open " + String.join(", ", closed),
        "start by submit-scripts/kindling or spark-submit, or add --add-opens=java.base/PACKAGE=ALL-UNNAMED for each");
  }
}
