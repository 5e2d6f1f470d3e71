/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.data.read.ExampleSchema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Draws hand-written-looking digits, stroke by stroke: {@code [28, 28, 1]}, light on black as in
 * MNIST, with labels 0 to 9 in about equal numbers.
 *
 * <p>A row depends on the seed and its index alone, so the same seed gives the same rows whatever
 * the number of partitions or executors, and fewer rows are the beginning of more.
 *
 * @param rows how many, at least 1
 * @param seed any number; another one gives other digits
 */
public record DigitGenerator(long rows, long seed) {
  public DigitGenerator {
    GeneratedRows.requireRows(rows, "digits");
  }

  /** Rows of {@link ExampleSchema#IMAGE}, without a split; drawn on the executors. */
  public Dataset<Row> generate(SparkSession spark) {
    return new GeneratedRows(rows, seed)
        .draw(
            spark, ExampleSchema.IMAGE, ExampleSchema.numberedClasses(10), DigitGenerator::drawer);
  }

  Dataset<Row> generate(SparkSession spark, int partitions) {
    return new GeneratedRows(rows, seed)
        .draw(
            spark,
            partitions,
            ExampleSchema.IMAGE,
            ExampleSchema.numberedClasses(10),
            DigitGenerator::drawer);
  }

  private static RowDrawer drawer() {
    DigitPen pen = new DigitPen();
    return (origin, index, random) -> {
      int digit = random.nextInt(10);
      Pixels pixels = new Pixels(DigitPen.SIDE, DigitPen.SIDE, 1, pen.draw(digit, random));
      return RowFactory.create(origin, ImageRows.toRow(origin, pixels), (double) digit, null, null);
    };
  }
}
