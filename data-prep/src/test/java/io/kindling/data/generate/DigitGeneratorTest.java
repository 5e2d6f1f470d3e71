/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.testkit.LocalSpark;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class DigitGeneratorTest {
  private static int hash(Dataset<Row> rows) {
    int hash = 0;
    for (Row row : rows.collectAsList()) {
      byte[] pixels = row.getStruct(1).getAs("data");
      hash = 31 * hash + Arrays.hashCode(pixels) + row.getString(0).hashCode();
      hash = 31 * hash + (int) row.getDouble(2);
    }
    return hash;
  }

  @Test
  void theSameSeedGivesTheSameRowsInAnyPartitions(SparkSession spark) {
    int one = hash(new DigitGenerator(503, 42).generate(spark, 1));
    assertEquals(one, hash(new DigitGenerator(503, 42).generate(spark, 7)));
    assertEquals(one, hash(new DigitGenerator(503, 42).generate(spark)));
    assertEquals(one, hash(new DigitGenerator(900, 42).generate(spark).limit(503)));
    assertNotEquals(one, hash(new DigitGenerator(503, 43).generate(spark, 1)));
  }

  @Test
  void rowsAreGreyImagesOf28WithTheirDigit(SparkSession spark) throws Exception {
    Dataset<Row> rows = new DigitGenerator(2000, 1).generate(spark);
    NominalAttribute label =
        (NominalAttribute) Attribute.fromStructField(rows.schema().apply("label"));
    assertEquals("7", label.getValue(7));
    assertEquals(2000, rows.filter("split is null and problem is null").count());
    for (Row count : rows.groupBy("label").count().collectAsList()) {
      assertEquals(200, (double) count.getLong(1), 60, "about as many of each digit");
    }
    for (Row row : rows.collectAsList()) {
      Pixels pixels = ImageRows.pixels(row.getStruct(1));
      assertEquals(List.of(28, 28, 1), List.of(pixels.height(), pixels.width(), pixels.channels()));
      int inked = 0;
      for (byte b : pixels.data()) {
        inked += (b & 0xff) > 128 ? 1 : 0;
      }
      assertTrue(inked > 10 && inked < 400, row.getString(0) + " has " + inked + " inked pixels");
    }
  }

  @Test
  void fewerRowsThanSlotsAreFine(SparkSession spark) {
    assertEquals(1, new DigitGenerator(1, 1).generate(spark).count());
  }

  @Test
  void noRowsIsNamed() {
    assertEquals(
        "Cannot generate digits: rows = 0 must be at least 1",
        assertThrows(KindlingException.class, () -> new DigitGenerator(0, 1)).getMessage());
  }
}
