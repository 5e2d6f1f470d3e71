/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.input.BadInputException;
import io.kindling.input.ColumnEncoder;
import io.kindling.input.ExampleBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Scores the rows of one partition. They come out in their order. While the network computes on the
 * thread of its {@link ScoringLane}, this one reads and encodes the rows that come next.
 */
final class RowScorer implements Iterator<Row> {
  /** Sequences that are sorted by length together. */
  private static final int SORTED = 4096;

  /** Images or vectors that are handed over at once. */
  private static final int UNSORTED = 256;

  /** Encoded examples that are handed over at once; more than one minibatch only where fewer. */
  private static final long MOST_BYTES = 8L << 20;

  /** What becomes of a row that the network cannot take. */
  enum OnBadRow {
    FAIL,
    SKIP,
    KEEP
  }

  /** Rows that are read together, and what the network is to make of them. */
  private final class Window {
    private final List<Row> rows = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<ExampleBuffer> encoded = new ArrayList<>();
    private int good;
    private Future<double[][]> computed;
    private double[][] outputs;

    /** Reads and encodes rows. */
    Window fill() {
      rows.clear();
      problems.clear();
      good = 0;
      long bytes = 0;
      while (good < capacity
          && rows.size() < 2 * capacity
          && (good < smallest || bytes < MOST_BYTES)
          && source.hasNext()) {
        Row row = source.next();
        String problem = encode(row);
        if (problem == null) {
          bytes += encoded.get(good).length();
          good++;
        } else if (onBadRow == OnBadRow.FAIL) {
          throw new KindlingException(
              "Cannot score row %s: %s".formatted(RowNames.of(row), problem));
        }
        if (problem == null || onBadRow == OnBadRow.KEEP) {
          rows.add(row);
          problems.add(problem);
        }
      }
      return this;
    }

    /** Takes a row's example in; returns why it cannot be, or null. */
    private String encode(Row row) {
      if (encoded.size() == good) {
        encoded.add(new ExampleBuffer());
      }
      try {
        input.encode(row.get(featuresIndex), encoded.get(good));
        return null;
      } catch (BadInputException e) {
        return e.getMessage();
      }
    }

    Window submit() {
      computed = lane.submit(encoded.toArray(new ExampleBuffer[0]), good, batchSize);
      return this;
    }

    /** Waits for the network. */
    void await() {
      outputs = ScoringLane.result(computed);
    }

    /** Gives the rows out. */
    void emit() {
      int index = 0;
      for (int i = 0; i < rows.size(); i++) {
        String problem = problems.get(i);
        scored.add(append(rows.get(i), problem == null ? outputs[index++] : null, problem));
      }
    }
  }

  private final Iterator<Row> source;
  private final ScoringLane lane;
  private final ColumnEncoder input;
  private final ScoringColumns columns;
  private final int predictionColumns;
  private final int featuresIndex;
  private final int batchSize;
  private final int smallest;
  private final int capacity;
  private final OnBadRow onBadRow;
  private final Queue<Row> scored = new ArrayDeque<>();
  private Window computing;
  private Window spare = new Window();

  /**
   * @param source the partition's rows
   * @param lane not used by anyone else meanwhile
   * @param columns to add
   * @param featuresIndex which column the network takes
   * @param batchSize rows scored at once, or 0 for as many as suit the network
   */
  RowScorer(
      Iterator<Row> source,
      ScoringLane lane,
      ScoringColumns columns,
      int featuresIndex,
      int batchSize,
      OnBadRow onBadRow) {
    this.source = source;
    this.lane = lane;
    this.input = new ColumnEncoder(lane.input());
    this.columns = columns;
    this.predictionColumns = columns.predictions().fields().size();
    this.featuresIndex = featuresIndex;
    this.batchSize = batchSize;
    this.smallest = Math.max(1, batchSize == 0 ? UNSORTED : batchSize);
    this.capacity = lane.input().spec().isSequence() ? Math.max(SORTED, smallest) : smallest;
    this.onBadRow = onBadRow;
  }

  @Override
  public boolean hasNext() {
    while (scored.isEmpty() && (computing != null || source.hasNext())) {
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
    if (computing == null) {
      computing = new Window().fill().submit();
    }
    Window following = source.hasNext() ? spare.fill() : null;
    Window ready = computing;
    // The network goes on before the rows that it has computed are made and written.
    ready.await();
    computing = following == null ? null : following.submit();
    ready.emit();
    spare = ready;
  }

  private Row append(Row row, double[] outputs, String problem) {
    List<Object> predicted =
        outputs == null
            ? Collections.nCopies(predictionColumns, null)
            : columns.predictions().values(outputs);
    int own = row.size();
    Object[] fields = new Object[own + predictionColumns + (columns.problem().isEmpty() ? 0 : 1)];
    for (int i = 0; i < own; i++) {
      fields[i] = row.get(i);
    }
    for (int i = 0; i < predictionColumns; i++) {
      fields[own + i] = predicted.get(i);
    }
    if (!columns.problem().isEmpty()) {
      fields[own + predictionColumns] = problem;
    }
    return RowFactory.create(fields);
  }
}
