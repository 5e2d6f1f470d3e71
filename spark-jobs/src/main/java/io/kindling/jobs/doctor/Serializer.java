/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.List;
import org.apache.spark.SparkConf;

/** Spark's serializer for what moves between tasks. */
record Serializer(String name, boolean registrationRequired) implements Check {
  private static final String REQUIRED = "spark.kryo.registrationRequired";
  private static final String SETTING = "spark.serializer";

  static Serializer of(SparkConf conf) {
    return new Serializer(
        conf.get(SETTING, "org.apache.spark.serializer.JavaSerializer"),
        conf.getBoolean(REQUIRED, false));
  }

  @Override
  public List<Finding> findings(String where) {
    String simple = name.substring(name.lastIndexOf('.') + 1);
    return List.of(
        name.endsWith("KryoSerializer") && registrationRequired
            ? Finding.fail(
                "serializer",
                where,
                "%s with %s=true refuses Kindling's classes, which are not registered"
                    .formatted(simple, REQUIRED),
                "set %s=false".formatted(REQUIRED))
            : Finding.ok("serializer", where, simple));
  }
}
