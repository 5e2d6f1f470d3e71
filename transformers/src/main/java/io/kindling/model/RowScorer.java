/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.input.BadInputException;
import io.kindling.input.ExampleBuffer;
import io.kindling.input.FeatureBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Scores the rows of one partition, a minibatch at a time. They come out in their order; sequences
 * go through the network sorted by length, many minibatches at a time, so that little padding is
 * computed.
 */
final class RowScorer implements Iterator<Row> {
  /** Minibatches of sequences that are sorted together. */
  private static final int SORTED = 16;

  /**
   * Encoded sequences that are sorted together; more than a minibatch only where they are fewer.
   */
  private static final long SORTED_BYTES = 8L << 20;

  /** What becomes of a row that the network cannot take. */
  enum OnBadRow {
    FAIL,
    SKIP,
    KEEP
  }

  private final Iterator<Row> rows;
  private final ScoringNetwork network;
  private final ScoringColumns columns;
  private final int predictionColumns;
  private final int featuresIndex;
  private final int batchSize;
  private final OnBadRow onBadRow;
  private final Queue<Row> scored = new ArrayDeque<>();
  private final ExampleBuffer[] encoded;

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
    this.predictionColumns = columns.predictions().fields().size();
    this.featuresIndex = featuresIndex;
    this.batchSize = batchSize;
    this.onBadRow = onBadRow;
    int window = network.input().spec().isSequence() ? SORTED : 1;
    this.encoded = new ExampleBuffer[Math.multiplyExact(batchSize, window)];
  }

  @Override
  public boolean hasNext() {
    while (scored.isEmpty() && rows.hasNext()) {
      scoreSome();
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

  private void scoreSome() {
    List<Row> batch = new ArrayList<>(encoded.length);
    List<String> problems = new ArrayList<>(encoded.length);
    int good = 0;
    long bytes = 0;
    while (good < encoded.length
        && batch.size() < 2 * encoded.length
        && (good < batchSize || bytes < SORTED_BYTES)
        && rows.hasNext()) {
      Row row = rows.next();
      String problem = encode(row, good);
      if (problem == null) {
        bytes += encoded[good].length();
        good++;
      } else if (onBadRow == OnBadRow.FAIL) {
        throw new KindlingException("Cannot score row %s: %s".formatted(RowNames.of(row), problem));
      }
      if (problem == null || onBadRow == OnBadRow.KEEP) {
        batch.add(row);
        problems.add(problem);
      }
    }
    double[][] outputs = outputs(good);
    int index = 0;
    for (int i = 0; i < batch.size(); i++) {
      boolean bad = problems.get(i) != null;
      List<Object> predicted =
          bad
              ? Collections.nCopies(predictionColumns, null)
              : columns.predictions().values(outputs[index++]);
      scored.add(append(batch.get(i), predicted, problems.get(i)));
    }
  }

  /** Takes a row's example in; returns why it cannot be, or null. */
  private String encode(Row row, int index) {
    if (encoded[index] == null) {
      encoded[index] = new ExampleBuffer();
    }
    try {
      network.input().encode(row.get(featuresIndex), encoded[index]);
      return null;
    } catch (BadInputException e) {
      return e.getMessage();
    }
  }

  /** Of each of the first examples. */
  private double[][] outputs(int examples) {
    Integer[] order = new Integer[examples];
    Arrays.setAll(order, index -> index);
    if (network.input().spec().isSequence()) {
      Arrays.sort(order, Comparator.comparingInt(index -> encoded[index].length()));
    }
    double[][] outputs = new double[examples][];
    for (int start = 0; start < examples; start += batchSize) {
      int size = Math.min(batchSize, examples - start);
      FeatureBatch batch = network.batch();
      batch.begin(size, encoded[order[start + size - 1]].length());
      for (int i = 0; i < size; i++) {
        ExampleBuffer example = encoded[order[start + i]];
        batch.put(i, example.bytes(), 0, example.length());
      }
      float[] rows = network.logits();
      for (int i = 0; i < size; i++) {
        outputs[order[start + i]] = Softmax.row(rows, i, rows.length / size);
      }
    }
    return outputs;
  }

  private Row append(Row row, List<Object> predicted, String problem) {
    List<Object> fields = new ArrayList<>(row.size() + predicted.size() + 1);
    for (int i = 0; i < row.size(); i++) {
      fields.add(row.get(i));
    }
    fields.addAll(predicted);
    if (!columns.problem().isEmpty()) {
      fields.add(problem);
    }
    return RowFactory.create(fields.toArray());
  }
}
