/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

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
    ClassTag<Tuple2<Integer, ExampleBlock>> pair = ClassTag$.MODULE$.apply(Tuple2.class);
    // Told that the order of the rows matters, Spark fails rather than mix two deals where an
    // executor
    // is lost and rows that come out of a shuffle arrive in another order the second time.
    RDD<Tuple2<Integer, ExampleBlock>> dealt =
        rows.javaRDD()
            .rdd()
            .mapPartitionsWithIndex(new Dealing(new ShardDealer(plan)), false, true, pair);
    ClassTag<Integer> key = ClassTag$.MODULE$.apply(Integer.class);
    ClassTag<ExampleBlock> value = ClassTag$.MODULE$.apply(ExampleBlock.class);
    // Java's serializer would hold the last hundred blocks of each shard on the heap, in the
    // writing task, to recognise them if they came again.
    return new ShuffledRDD<>(dealt, new HashPartitioner(plan.shards()), key, value, value)
        .setSerializer(new KryoSerializer(new SparkConf(false)))
        .toJavaRDD()
        .map(Tuple2::_2)
        .mapPartitions(blocks -> List.of(Shard.of(blocks)).iterator());
  }

  /** {@link ShardDealer} as Scala's function. */
  private static final class Dealing
      extends AbstractFunction2<Object, Iterator<Row>, Iterator<Tuple2<Integer, ExampleBlock>>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ShardDealer dealer;

    Dealing(ShardDealer dealer) {
      this.dealer = dealer;
    }

    @Override
    public Iterator<Tuple2<Integer, ExampleBlock>> apply(Object partition, Iterator<Row> rows) {
      return JavaConverters.asScalaIterator(
          dealer.call((Integer) partition, JavaConverters.asJavaIterator(rows)));
    }
  }
}
