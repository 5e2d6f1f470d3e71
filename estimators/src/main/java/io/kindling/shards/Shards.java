/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Shuffles a training set into shards, once. */
public final class Shards {
  private Shards() {}

  /**
   * One shard in each partition, evaluated when first used; the caller keeps it (persist) and lets
   * it go.
   *
   * @param rows {@code (features, label, validation?, weight?, ...)} as {@link ShardDealer} takes
   *     them
   */
  public static JavaRDD<Shard> of(Dataset<Row> rows, ShardPlan plan) {
    JavaRDD<Tuple2<Integer, ExampleBlock>> dealt =
        rows.javaRDD().mapPartitionsWithIndex(new ShardDealer(plan), false);
    ClassTag<Integer> key = ClassTag$.MODULE$.apply(Integer.class);
    ClassTag<ExampleBlock> value = ClassTag$.MODULE$.apply(ExampleBlock.class);
    // Java's serializer would hold the last hundred blocks of each shard on the heap, in the
    // writing task, to recognise them if they came again.
    return new ShuffledRDD<>(dealt.rdd(), new HashPartitioner(plan.shards()), key, value, value)
        .setSerializer(new KryoSerializer(new SparkConf(false)))
        .toJavaRDD()
        .map(Tuple2::_2)
        .mapPartitions(blocks -> List.of(Shard.of(blocks)).iterator());
  }
}
