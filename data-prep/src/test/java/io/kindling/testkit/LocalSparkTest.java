/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class LocalSparkTest {
  @Test
  void runsJobsOnThisJdk(SparkSession spark) {
    assertEquals(499_500L, spark.range(1000).selectExpr("sum(id)").first().getLong(0));
  }
}
