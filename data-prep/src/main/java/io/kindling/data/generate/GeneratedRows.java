/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import io.kindling.data.KindlingException;
import io.kindling.data.read.ExampleSchema;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Rows drawn on the executors. A row depends on the seed and its index alone, so the same seed
 * gives the same rows whatever the number of partitions or executors, and fewer rows are the
 * beginning of more.
 *
 * @param rows how many
 * @param seed any number; another one gives other rows
 */
record GeneratedRows(long rows, long seed) {
  /** Enough work to be worth a task, little enough to spread. */
  private static final long ROWS_OF_A_TASK = 20_000;

  /** What makes a task's own drawer. */
  interface Drawers extends Supplier<RowDrawer>, Serializable {}

  /** Refuses a number of rows below 1; {@code what} is the plural of what is drawn. */
  static void requireRows(long rows, String what) {
    if (rows < 1) {
      throw new KindlingException(
          "Cannot generate " + what + ": rows = " + rows + " must be at least 1");
    }
  }

  /**
   * The rows, without splits.
   *
   * @param classNames as {@link ExampleSchema#describe} takes them
   */
  Dataset<Row> draw(
      SparkSession spark, ExampleSchema schema, List<String> classNames, Drawers drawers) {
    long slots = spark.sparkContext().defaultParallelism();
    long tasks = Math.max(Math.min(slots, rows), rows / ROWS_OF_A_TASK);
    return draw(spark, (int) Math.min(tasks, 1 << 20), schema, classNames, drawers);
  }

  Dataset<Row> draw(
      SparkSession spark,
      int partitions,
      ExampleSchema schema,
      List<String> classNames,
      Drawers drawers) {
    long numbers = seed;
    JavaRDD<Row> drawn =
        spark
            .range(0, rows, 1, partitions)
            .toJavaRDD()
            .mapPartitions(indices -> draw(indices, numbers, drawers.get()));
    return schema.describe(spark.createDataFrame(drawn, schema.columns()), classNames, List.of());
  }

  private static Iterator<Row> draw(Iterator<Long> indices, long seed, RowDrawer drawer) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return indices.hasNext();
      }

      @Override
      public Row next() {
        long index = indices.next();
        return drawer.draw("generated#" + index, index, new SplittableRandom(mix(seed, index)));
      }
    };
  }

  /** Far-apart random states for neighbouring rows (the finalizer of SplitMix64, Steele 2014). */
  static long mix(long seed, long index) {
    long z = seed * 0x9e3779b97f4a7c15L + index + 0x632be59bd9b4e019L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
