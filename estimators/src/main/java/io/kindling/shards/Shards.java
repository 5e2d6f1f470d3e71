/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** Shuffles a training set into shards, once. */
public final class Shards {
  private Shards() {}

  /**
   * One shard in each partition, evaluated when first used; the caller keeps it (persist) and lets
   * it go.
   *
   * @param rows {@code (features, label, validation?, ...)} as {@link ShardDealer} takes them
   */
  public static JavaRDD<Shard> of(Dataset<Row> rows, ShardPlan plan) {
    return rows.javaRDD()
        .mapPartitionsWithIndex(new ShardDealer(plan), false)
        .mapToPair(dealt -> new Tuple2<>(dealt._1(), dealt._2()))
        .partitionBy(new HashPartitioner(plan.shards()))
        .values()
        .mapPartitions(blocks -> java.util.List.of(new Shard(blocks)).iterator());
  }
}
