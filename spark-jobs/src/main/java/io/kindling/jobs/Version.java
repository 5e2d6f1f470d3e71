/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest tells, with Spark's. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String own = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "Kindling " + (own == null ? "(not from a jar)" : own),
      "Spark " + org.apache.spark.package$.MODULE$.SPARK_VERSION()
    };
  }
}
