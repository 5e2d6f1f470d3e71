/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.testkit;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test method or constructor a real {@link SparkSession} with two task slots, one for the
 * whole JVM: {@code @ExtendWith(LocalSpark.class)} and a parameter of that type.
 */
public final class LocalSpark implements ParameterResolver {

  /** The session of this test JVM, started at first use. */
  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("kindling-test")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/kindling-wh")
        .getOrCreate();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return session();
  }
}
