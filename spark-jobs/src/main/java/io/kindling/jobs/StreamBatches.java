/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.MarkedRows;
import io.kindling.data.prepare.WriteMode;
import io.kindling.data.prepare.WriteReport;
import io.kindling.data.prepare.WrittenRun;
import io.kindling.data.prepare.WrittenRuns;
import io.kindling.jobs.conf.JobConf;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Adds a stream's batches to its output, each once: a batch that Spark gives again, for it was
 * killed before it noted its end, is noted in the output and passed over.
 */
final class StreamBatches {
  /** Spark gives the last batch again only; notes of older ones need not stay. */
  private static final int NOTES = 100;

  private final JobConf conf;
  private final Console console;
  private final MarkedRows scored;
  private final String output;
  private final String stream;
  private final ReentrantLock writing = new ReentrantLock();
  private final Stopwatch sinceStart = new Stopwatch();
  private volatile double lastBatch;
  private Totals totals = new Totals(0, 0, 0, 0, 0, null);

  /**
   * What all batches of this run did.
   *
   * @param seconds in which batches were written
   * @param quarantine the folder of bad rows, or null
   */
  record Totals(
      long batches, long read, long written, long bad, double seconds, String quarantine) {
    Totals and(WriteReport report, double took) {
      return new Totals(
          batches + 1,
          read + report.rowsRead(),
          written + report.rowsWritten(),
          bad + report.rowsBad(),
          seconds + took,
          report.quarantine() == null ? quarantine : report.quarantine());
    }
  }

  /**
   * @param scored the streaming rows, of which each batch has the columns
   * @param stream the stream's own name
   */
  StreamBatches(JobConf conf, Console console, MarkedRows scored, String output, String stream) {
    this.conf = conf;
    this.console = console;
    this.scored = scored;
    this.output = output;
    this.stream = stream;
  }

  /** Writes a batch: whole, or not at all. */
  void write(Dataset<Row> rows, long batch) {
    try {
      writing.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KindlingException("Cannot score batch " + batch + ": the stream was stopped", e);
    }
    try {
      writeLocked(rows, batch);
      lastBatch = sinceStart.seconds();
    } finally {
      writing.unlock();
    }
  }

  private void writeLocked(Dataset<Row> rows, long batch) {
    Stopwatch watch = new Stopwatch();
    String id = stream + "-" + String.format(Locale.ROOT, "%012d", batch);
    WrittenRuns runs =
        WrittenRuns.of(output, rows.sparkSession().sparkContext().hadoopConfiguration());
    if (runs.find(id).isPresent()) {
      console.say("batch %d: is in %s already".formatted(batch, output));
      return;
    }
    WriteReport report =
        new DataSetWriter(BadRowPolicy.parse(conf.onBadRow()), WriteMode.APPEND)
            .write(
                new MarkedRows(rows, scored.good(), scored.origin(), scored.problem()),
                output,
                conf.scoring().partitionBy(),
                new WrittenRun(id, "stream", List.of()));
    try {
      runs.keepLast(NOTES, stream);
    } catch (IOException e) {
      throw new KindlingException("Cannot tidy " + runs.folder() + ": " + e.getMessage(), e);
    }
    double seconds = watch.seconds();
    totals = totals.and(report, seconds);
    console.say(
        String.format(
            Locale.ROOT,
            "batch %d: %,d rows, %,d bad, %.1f s",
            batch,
            report.rowsRead(),
            report.rowsBad(),
            seconds));
  }

  /** Seconds since the last batch ended, or since the start. */
  double idleSeconds() {
    return writing.isLocked() ? 0 : sinceStart.seconds() - lastBatch;
  }

  /** Ends the query, after the batch that is being written; one that has not begun does not. */
  void stop(StreamingQuery query) {
    writing.lock();
    try {
      query.stop();
    } catch (TimeoutException e) {
      throw new KindlingException("Cannot stop the stream: " + e.getMessage(), e);
    } finally {
      writing.unlock();
    }
  }

  Totals totals() {
    return totals;
  }
}
