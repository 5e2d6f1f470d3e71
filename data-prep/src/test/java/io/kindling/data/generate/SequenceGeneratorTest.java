/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.data.generate.SequenceGenerator.Task;
import io.kindling.data.read.ExampleSchema;
import io.kindling.testkit.LocalSpark;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class SequenceGeneratorTest {
  private static SequenceGenerator waves(long rows, long seed, Task task) {
    return new SequenceGenerator(rows, seed, task, 20, 2);
  }

  @Test
  void theSameSeedGivesTheSameRowsInAnyPartitions(SparkSession spark) {
    for (Task task : Task.values()) {
      List<Row> one = waves(103, 42, task).generate(spark, 1).collectAsList();
      assertEquals(one, waves(103, 42, task).generate(spark, 7).collectAsList());
      assertEquals(one, waves(200, 42, task).generate(spark).limit(103).collectAsList());
      assertNotEquals(one, waves(103, 43, task).generate(spark, 1).collectAsList());
    }
  }

  @Test
  void wavesOfThreeKindsHaveTheirShapeAndClass(SparkSession spark) {
    Dataset<Row> rows = waves(3000, 1, Task.CLASSIFICATION).generate(spark);
    NominalAttribute label =
        (NominalAttribute) Attribute.fromStructField(rows.schema().apply("label"));
    assertArrayEquals(new String[] {"sine", "sawtooth", "autoregressive"}, label.values().get());
    assertEquals(ExampleSchema.SEQUENCE.type(), rows.schema().apply("sequence").dataType());
    for (Row count : rows.groupBy("label").count().collectAsList()) {
      assertEquals(1000, (double) count.getLong(1), 130, "about as many of each kind");
    }
    assertEquals(
        3000,
        rows.filter("size(sequence) between 10 and 20 and forall(sequence, step -> size(step) = 2)")
            .count());
    assertEquals(11, rows.selectExpr("size(sequence)").distinct().count());
    // A wave's strength tells its kind little: variances of 0.54 (as 1.083 / 2), 0.36 and 0.54.
    for (Row row :
        rows.selectExpr("label", "explode(flatten(sequence)) as value")
            .groupBy("label")
            .agg(Map.of("value", "var_samp"))
            .collectAsList()) {
      double wanted = row.getDouble(0) == 1 ? 0.361 : 0.542;
      assertEquals(wanted + 0.01, row.getDouble(1), 0.06, "variance of kind " + row.get(0));
    }
  }

  @Test
  void theNextValueIsTheLabelOfARegression(SparkSession spark) {
    Dataset<Row> rows = waves(500, 1, Task.REGRESSION).generate(spark);

    assertFalse(rows.schema().apply("label").metadata().contains("ml_attr"));
    assertEquals(500, rows.filter("abs(label) <= 1.5").count());
    // At most a fifth of a period on: a step is no further than 2 pi / 5 times the amplitude.
    assertEquals(
        500,
        rows.filter("abs(label - element_at(sequence, -1)[0]) < 1.5 * 2 * pi() / 5 + 0.6").count());
    Row correlation = rows.selectExpr("corr(label, element_at(sequence, -1)[0]) as last").first();
    assertEquals(0.8, correlation.getDouble(0), 0.2);
  }

  @Test
  void sizesThatCannotBeAreNamed() {
    assertEquals(
        "Cannot generate sequences: steps = 3 must be at least 4, and width = 1 at least 1",
        assertThrows(
                KindlingException.class, () -> new SequenceGenerator(1, 1, Task.REGRESSION, 3, 1))
            .getMessage());
    assertEquals(
        "Cannot generate sequences: rows = 0 must be at least 1",
        assertThrows(KindlingException.class, () -> waves(0, 1, Task.REGRESSION)).getMessage());
  }
}
