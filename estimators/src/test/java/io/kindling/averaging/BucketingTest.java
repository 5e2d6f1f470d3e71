/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.input.InputSpec;
import io.kindling.model.ClassTarget;
import io.kindling.shards.ExampleStore;
import io.kindling.shards.Shard;
import io.kindling.shards.ShardPlan;
import io.kindling.shards.Shards;
import io.kindling.testkit.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class BucketingTest {
  private static final InputSpec INPUT = InputSpec.tokens(5);
  private static final int BATCH = 8;

  private static ReplicaSpec spec(boolean bucketing) {
    return new ReplicaSpec("", INPUT, new ClassTarget(2), BATCH, bucketing, null, 11);
  }

  private static List<Shard> shards(SparkSession spark) {
    Random random = new Random(4);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2 * 403; i++) {
      Integer[] tokens = new Integer[1 + random.nextInt(random.nextInt(200) + 1)];
      Arrays.fill(tokens, 2);
      rows.add(RowFactory.create(tokens, (double) (i % 2)));
    }
    StructType schema =
        new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.IntegerType))
            .add("label", DataTypes.DoubleType);
    return Shards.of(
            spark.createDataFrame(rows, schema).coalesce(1),
            new ShardPlan(2, INPUT, new ClassTarget(2), false, 0, false, 1))
        .collect();
  }

  /** Steps computed, padding included. */
  private static long computed(ExampleStore store, int... order) {
    long steps = 0;
    for (int start = 0; start < order.length; start += BATCH) {
      int end = Math.min(order.length, start + BATCH);
      steps += (long) (end - start) * longest(store, order, start, end);
    }
    return steps;
  }

  private static int longest(ExampleStore store, int[] order, int start, int end) {
    return IntStream.range(start, end).map(i -> store.bytes(order[i])).max().orElseThrow();
  }

  @Test
  void everyExampleIsTakenOnceInMinibatchesOfSimilarLengths(SparkSession spark) {
    for (Shard shard : shards(spark)) {
      ExampleStore store = shard.training();
      int[] order = EpochOrder.of(store, spec(true), 0, 0);
      assertArrayEquals(
          IntStream.range(0, store.size()).toArray(), Arrays.stream(order).sorted().toArray());
      long real = IntStream.range(0, store.size()).mapToLong(store::bytes).sum();
      long bucketed = computed(store, order);
      long shuffled = computed(store, EpochOrder.of(store, spec(false), 0, 0));
      assertTrue(bucketed < 1.1 * real, bucketed + " of " + real);
      assertTrue(shuffled > 1.8 * real, shuffled + " of " + real);
      shard.close();
    }
  }

  @Test
  void theMinibatchesOfARoundAreOfSimilarLengthInAllWorkers(SparkSession spark) {
    List<Shard> shards = shards(spark);
    ExampleStore one = shards.get(0).training();
    ExampleStore other = shards.get(1).training();
    int[] first = EpochOrder.of(one, spec(true), 0, 3);
    int[] second = EpochOrder.of(other, spec(true), 1, 3);
    double apart = 0;
    double all = 0;
    for (int start = 0; start + BATCH <= first.length; start += BATCH) {
      int mine = longest(one, first, start, start + BATCH);
      int others = longest(other, second, start, start + BATCH);
      apart += Math.abs(mine - others);
      all += mine;
    }
    assertTrue(apart < 0.2 * all, apart + " of " + all);
    shards.forEach(Shard::close);
  }

  @Test
  void eachEpochHasAnotherOrderAndEachTimeTheSame(SparkSession spark) {
    List<Shard> shards = shards(spark);
    ExampleStore store = shards.get(0).training();
    int[] order = EpochOrder.of(store, spec(true), 0, 1);
    assertArrayEquals(order, EpochOrder.of(store, spec(true), 0, 1));
    int[] next = EpochOrder.of(store, spec(true), 0, 2);
    long same = IntStream.range(0, order.length).filter(i -> order[i] == next[i]).count();
    assertTrue(same < order.length / 10, same + " of " + order.length);
    assertEquals(order.length, next.length);
    shards.forEach(Shard::close);
  }
}
