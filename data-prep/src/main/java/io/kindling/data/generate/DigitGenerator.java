/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.data.read.ImageDataSet;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
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
  /** Enough work to be worth a task, little enough to spread. */
  private static final long ROWS_OF_A_TASK = 20_000;

  public DigitGenerator {
    if (rows < 1) {
      throw new KindlingException("Cannot generate digits: rows = " + rows + " must be at least 1");
    }
  }

  /** Rows as {@link ImageDataSet} describes, without a split; drawn on the executors. */
  public Dataset<Row> generate(SparkSession spark) {
    long slots = spark.sparkContext().defaultParallelism();
    long tasks = Math.max(Math.min(slots, rows), rows / ROWS_OF_A_TASK);
    return generate(spark, (int) Math.min(tasks, 1 << 20));
  }

  Dataset<Row> generate(SparkSession spark, int partitions) {
    long numbers = seed;
    JavaRDD<Row> drawn =
        spark
            .range(0, rows, 1, partitions)
            .toJavaRDD()
            .mapPartitions(indices -> draw(indices, numbers));
    return ImageDataSet.describe(
        spark.createDataFrame(drawn, ImageDataSet.SCHEMA),
        ImageDataSet.numberedClasses(10),
        List.of());
  }

  private static Iterator<Row> draw(Iterator<Long> indices, long seed) {
    DigitPen pen = new DigitPen();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return indices.hasNext();
      }

      @Override
      public Row next() {
        long index = indices.next();
        SplittableRandom random = new SplittableRandom(mix(seed, index));
        int digit = random.nextInt(10);
        String origin = "generated#" + index;
        Pixels pixels = new Pixels(DigitPen.SIDE, DigitPen.SIDE, 1, pen.draw(digit, random));
        return RowFactory.create(
            origin, ImageRows.toRow(origin, pixels), (double) digit, null, null);
      }
    };
  }

  /** Far-apart random states for neighbouring rows (the finalizer of SplitMix64, Steele 2014). */
  private static long mix(long seed, long index) {
    long z = seed * 0x9e3779b97f4a7c15L + index + 0x632be59bd9b4e019L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
