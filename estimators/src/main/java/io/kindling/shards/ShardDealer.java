/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import io.kindling.data.KindlingException;
import io.kindling.input.BadInputException;
import io.kindling.input.ColumnEncoder;
import io.kindling.input.ExampleBuffer;
import io.kindling.input.NetworkInput;
import io.kindling.model.RowNames;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Deals the rows of each source partition to the shards like cards: every shard gets one of each
 * run of as many rows as there are shards, in an order drawn anew for each run. So every source
 * partition spreads evenly over the shards, whatever order its rows are in, and a partition that is
 * read again deals the same way.
 *
 * <p>Rows are {@code (features, label, validation, weight)}: an input column, a double, a boolean
 * and a double; the latter two may be missing, as the plan tells. Further columns only serve to
 * name a bad row.
 */
final class ShardDealer
    implements Function2<Integer, Iterator<Row>, Iterator<Tuple2<Integer, ExampleBlock>>> {
  private static final long serialVersionUID = 1L;

  private final ShardPlan plan;

  ShardDealer(ShardPlan plan) {
    this.plan = plan;
  }

  @Override
  public Iterator<Tuple2<Integer, ExampleBlock>> call(Integer partition, Iterator<Row> rows) {
    return new Deal(partition, rows);
  }

  private final class Deal implements Iterator<Tuple2<Integer, ExampleBlock>> {
    private final Iterator<Row> rows;
    private final ColumnEncoder input;
    private final ExampleBuffer encoded = new ExampleBuffer();
    private final BlockBuilder[] training;
    private final BlockBuilder[] validating;
    private final SplittableRandom order;
    private final SplittableRandom lot;
    private final int[] hand;
    private final Queue<Tuple2<Integer, ExampleBlock>> ready = new ArrayDeque<>();
    private int dealt;
    private long skipped;
    private boolean ended;

    Deal(int partition, Iterator<Row> rows) {
      this.rows = rows;
      this.input = new ColumnEncoder(new NetworkInput(plan.input()));
      this.training = new BlockBuilder[plan.shards()];
      this.validating = new BlockBuilder[plan.shards()];
      for (int shard = 0; shard < plan.shards(); shard++) {
        training[shard] = new BlockBuilder(partition, false, plan);
        validating[shard] = new BlockBuilder(partition, true, plan);
      }
      this.order = new SplittableRandom(Seeds.mix(plan.seed(), partition, 1));
      this.lot = new SplittableRandom(Seeds.mix(plan.seed(), partition, 2));
      this.hand = new int[plan.shards()];
      for (int shard = 0; shard < hand.length; shard++) {
        hand[shard] = shard;
      }
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && rows.hasNext()) {
        deal(rows.next());
      }
      if (ready.isEmpty() && !ended) {
        end();
      }
      return !ready.isEmpty();
    }

    @Override
    public Tuple2<Integer, ExampleBlock> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more blocks in this partition");
      }
      return ready.remove();
    }

    private void deal(Row row) {
      // Drawn for every row, used or not, so that one bad row does not move all that follow.
      double draw = lot.nextDouble();
      double label;
      float weight;
      try {
        label = label(row);
        weight = weight(row, label);
        input.encode(row.get(0), encoded);
      } catch (BadInputException e) {
        if (!plan.skipBadRows()) {
          throw new KindlingException(
              "Cannot train on row %s: %s".formatted(RowNames.of(row), e.getMessage()));
        }
        skipped++;
        return;
      }
      boolean validation =
          plan.validationColumn()
              ? !row.isNullAt(2) && row.getBoolean(2)
              : draw < plan.validationShare();
      int shard = nextShard();
      BlockBuilder builder = (validation ? validating : training)[shard];
      builder.add(encoded, plan.target().encode(label), weight);
      if (builder.isFull()) {
        ready.add(new Tuple2<>(shard, builder.build(0)));
      }
    }

    private double label(Row row) throws BadInputException {
      if (row.isNullAt(1)) {
        throw new BadInputException("no label (null)");
      }
      double label = row.getDouble(1);
      String problem = plan.target().problem(label);
      if (problem != null) {
        throw new BadInputException(problem);
      }
      return label;
    }

    private float weight(Row row, double label) throws BadInputException {
      double weight = plan.classWeights().isEmpty() ? 1 : plan.classWeights().get((int) label);
      if (!plan.weightColumn()) {
        return (float) weight;
      }
      int column = plan.validationColumn() ? 3 : 2;
      if (row.isNullAt(column)) {
        throw new BadInputException("no weight (null)");
      }
      double own = row.getDouble(column);
      float product = (float) (weight * own);
      if (!(own >= 0 && Float.isFinite(product))) {
        throw new BadInputException("weight " + own + " is not a finite number of 0 or more");
      }
      return product;
    }

    private int nextShard() {
      int place = dealt;
      dealt = (dealt + 1) % hand.length;
      int other = place + order.nextInt(hand.length - place);
      int shard = hand[other];
      hand[other] = hand[place];
      hand[place] = shard;
      return shard;
    }

    private void end() {
      ended = true;
      for (int shard = 0; shard < hand.length; shard++) {
        if (!training[shard].isEmpty()) {
          ready.add(new Tuple2<>(shard, training[shard].build(0)));
        }
        if (!validating[shard].isEmpty()) {
          ready.add(new Tuple2<>(shard, validating[shard].build(0)));
        }
      }
      if (skipped > 0) {
        ready.add(new Tuple2<>(0, training[0].build(skipped)));
      }
    }
  }
}
