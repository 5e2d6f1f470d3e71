/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/** Spreads pieces of work over tasks. */
final class TaskRows {
  private TaskRows() {}

  /**
   * The rows of all items, one task for each. Only positions travel as data, the items themselves
   * in the closure: Kryo, where a session uses it for data, cannot write records.
   */
  static <T> JavaRDD<Row> of(
      JavaSparkContext context, List<T> items, FlatMapFunction<T, Row> read) {
    List<T> all = new ArrayList<>(items);
    List<Integer> positions = IntStream.range(0, all.size()).boxed().toList();
    return context
        .parallelize(positions, Math.max(1, positions.size()))
        .flatMap(position -> read.call(all.get(position)));
  }
}
