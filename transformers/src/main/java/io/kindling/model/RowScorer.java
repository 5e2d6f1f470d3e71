/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.input.BadInputException;
import io.kindling.input.NetworkInput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Scores the rows of one partition, a minibatch at a time, in their order. */
final class RowScorer implements Iterator<Row> {
  /** What becomes of a row that the network cannot take. */
  enum OnBadRow {
    FAIL,
    SKIP,
    KEEP
  }

  private final Iterator<Row> rows;
  private final ScoringNetwork network;
  private final ScoringColumns columns;
  private final int featuresIndex;
  private final int batchSize;
  private final OnBadRow onBadRow;
  private final Queue<Row> scored = new ArrayDeque<>();
  private final byte[] encoded;
  private final float[] values;

  RowScorer(
      Iterator<Row> rows,
      ScoringNetwork network,
      ScoringColumns columns,
      int featuresIndex,
      int batchSize,
      OnBadRow onBadRow) {
    this.rows = rows;
    this.network = network;
    this.columns = columns;
    this.featuresIndex = featuresIndex;
    this.batchSize = batchSize;
    this.onBadRow = onBadRow;
    NetworkInput input = network.input();
    this.encoded = new byte[input.encodedBytes()];
    this.values = new float[Math.multiplyExact(batchSize, input.spec().values())];
  }

  @Override
  public boolean hasNext() {
    while (scored.isEmpty() && rows.hasNext()) {
      scoreMinibatch();
    }
    return !scored.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more rows in this partition");
    }
    return scored.remove();
  }

  private void scoreMinibatch() {
    List<Row> batch = new ArrayList<>(batchSize);
    List<String> problems = new ArrayList<>(batchSize);
    int good = 0;
    while (good < batchSize && batch.size() < 2 * batchSize && rows.hasNext()) {
      Row row = rows.next();
      String problem = place(row, good);
      if (problem == null) {
        good++;
      } else if (onBadRow == OnBadRow.FAIL) {
        throw new KindlingException("Cannot score row %s: %s".formatted(RowNames.of(row), problem));
      }
      if (problem == null || onBadRow == OnBadRow.KEEP) {
        batch.add(row);
        problems.add(problem);
      }
    }
    float[] logits = good == 0 ? new float[0] : network.logits(values, good);
    int classes = good == 0 ? 0 : logits.length / good;
    int index = 0;
    for (int i = 0; i < batch.size(); i++) {
      boolean bad = problems.get(i) != null;
      scored.add(
          append(batch.get(i), bad ? null : Softmax.row(logits, index, classes), problems.get(i)));
      index += bad ? 0 : 1;
    }
  }

  /** Puts a row's example at a place of the minibatch; returns why it cannot be, or null. */
  private String place(Row row, int index) {
    try {
      network.input().encode(row.get(featuresIndex), encoded, 0);
    } catch (BadInputException e) {
      return e.getMessage();
    }
    network.input().decode(encoded, 0, values, index * network.input().spec().values());
    return null;
  }

  private Row append(Row row, double[] logits, String problem) {
    Object[] fields = new Object[row.size() + 4];
    int size = row.size();
    for (int i = 0; i < size; i++) {
      fields[i] = row.get(i);
    }
    double[] probabilities = logits == null ? null : Softmax.probabilities(logits);
    if (!columns.rawPrediction().isEmpty()) {
      fields[size++] = logits == null ? null : Vectors.dense(logits);
    }
    if (!columns.probability().isEmpty()) {
      fields[size++] = probabilities == null ? null : Vectors.dense(probabilities);
    }
    if (!columns.prediction().isEmpty()) {
      fields[size++] = logits == null ? null : (Double) (double) Softmax.argmax(logits);
    }
    if (!columns.problem().isEmpty()) {
      fields[size++] = problem;
    }
    return RowFactory.create(Arrays.copyOf(fields, size));
  }
}
