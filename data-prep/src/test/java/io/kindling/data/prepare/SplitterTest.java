/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.testkit.LocalSpark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class SplitterTest {
  private static Dataset<Row> rows(SparkSession spark, int partitions, String split) {
    return spark
        .range(0, 10_000, 1, partitions)
        .select(expr("concat('file#', id)").as("origin"), expr(split).as("split"));
  }

  private static Map<String, Long> counts(Dataset<Row> rows) {
    Map<String, Long> counts = new HashMap<>();
    for (Row row : rows.groupBy("split").count().collectAsList()) {
      counts.put(row.getString(0), row.getLong(1));
    }
    return counts;
  }

  private static List<Row> all(Dataset<Row> rows) {
    return rows.orderBy("origin").collectAsList();
  }

  @Test
  void rowsWithoutASplitAreDividedByTheShares(SparkSession spark) {
    Map<String, Long> counts =
        counts(new Splitter(0.1, 0.2, 7).assign(rows(spark, 3, "cast(null as string)")));
    assertEquals(10_000, counts.values().stream().mapToLong(Long::longValue).sum());
    assertEquals(1000, counts.get("validation"), 100);
    assertEquals(2000, counts.get("test"), 140);
    assertEquals(7000, counts.get("train"), 160);
  }

  @Test
  void thePartitionsDoNotMatterAndTheSeedDoes(SparkSession spark) {
    Dataset<Row> one = new Splitter(0.1, 0.2, 7).assign(rows(spark, 1, "cast(null as string)"));
    Dataset<Row> five = new Splitter(0.1, 0.2, 7).assign(rows(spark, 5, "cast(null as string)"));
    Dataset<Row> other = new Splitter(0.1, 0.2, 8).assign(rows(spark, 1, "cast(null as string)"));
    assertEquals(all(one), all(five));
    assertNotEquals(all(one), all(other));
  }

  @Test
  void validationIsTakenOutOfTrainWhereTheSourceHasNone(SparkSession spark) {
    Map<String, Long> counts =
        counts(new Splitter(0.1, 0.5, 7).assign(rows(spark, 2, "if(id < 6000, 'train', 'test')")));
    assertEquals(4000, counts.get("test"));
    assertEquals(600, counts.get("validation"), 80);
    assertEquals(6000, counts.get("train") + counts.get("validation"));
  }

  @Test
  void aSourceWithValidationKeepsItsSplits(SparkSession spark) {
    Dataset<Row> rows = rows(spark, 2, "if(id < 6000, 'train', 'validation')");
    assertEquals(all(rows), all(new Splitter(0.1, 0.2, 7).assign(rows)));
  }

  @Test
  void withoutSharesEveryRowWithoutASplitTrains(SparkSession spark) {
    Dataset<Row> rows = rows(spark, 2, "if(id < 6000, null, 'test')");
    assertEquals(Map.of("train", 6000L, "test", 4000L), counts(new Splitter(0, 0, 1).assign(rows)));
  }

  @Test
  void sharesThatCannotBeAreNamed() {
    for (double[] shares : new double[][] {{0.5, 0.5}, {-0.1, 0}, {0, Double.NaN}}) {
      String message =
          assertThrows(KindlingException.class, () -> new Splitter(shares[0], shares[1], 1))
              .getMessage();
      assertTrue(
          message.startsWith("Cannot split rows: the shares validation = " + shares[0]), message);
    }
  }
}
