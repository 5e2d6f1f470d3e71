/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import io.kindling.data.prepare.MarkedRows;
import io.kindling.data.prepare.WrittenRuns;
import io.kindling.jobs.conf.JobConf;
import io.kindling.jobs.conf.StreamConf;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * Scores each file that comes into a folder, once. Spark notes in the checkpoint which files a
 * batch has before it runs; {@link StreamBatches} notes in the output which batches it has.
 *
 * @param output absolute
 */
record StreamScoring(
    SparkSession spark, JobConf conf, Console console, SavedModel model, String output) {

  /**
   * Runs the job until it is stopped.
   *
   * @param watch running since the job began
   */
  ScoreSummary run(Stopwatch watch) {
    Locations locations = new Locations(spark);
    String checkpoint = locations.absolute(conf.scoring().stream().checkpointDir());
    Map.of("input", conf.input(), "model", conf.model(), "output", output)
        .forEach(
            (key, path) ->
                locations.checkpointsApart(checkpoint, "scoring.checkpoint.dir", path, key));
    String input = new ParquetInput(spark, conf.input(), "score").path();
    StreamNote note = note(checkpoint, input);
    Dataset<Row> rows = read(input, (StructType) StructType.fromJson(note.schema()));
    MarkedRows scored = new RowScoring(model, conf.scoring(), input).of(rows);
    new AppendTarget(spark, output).requireSame(scored, conf.scoring().partitionBy());

    StreamBatches batches = new StreamBatches(conf, console, scored, output, note.stream());
    StopSignals signals = new StopSignals();
    console.say("watching " + input + "; stop with SIGTERM or Ctrl-C");
    await(start(scored.rows(), checkpoint, batches), batches, signals);
    StreamBatches.Totals totals = batches.totals();
    return new ScoreSummary(
        "score",
        watch.seconds(),
        totals.read(),
        totals.written(),
        totals.bad(),
        totals.seconds() == 0 ? 0 : totals.written() / totals.seconds(),
        output,
        totals.quarantine() == null ? null : locations.absolute(totals.quarantine()),
        null,
        totals.batches());
  }

  private StreamNote note(String checkpoint, String input) {
    String sum = FolderChecksum.of(new Locations(spark).absolute(conf.model()), hadoop());
    StreamNote before = StreamNote.read(checkpoint, hadoop());
    WrittenRuns runs = WrittenRuns.of(output, hadoop());
    if (before != null) {
      before.requireSame(new StreamNote(null, sum, input, output, null), checkpoint);
      boolean noted = runs.ids().stream().anyMatch(id -> id.startsWith(before.stream()));
      if (!noted && StreamNote.hasBatches(checkpoint, hadoop())) {
        throw new KindlingException(
            "Cannot go on with the stream of %s: the rows that it wrote are not in %s any more; put"
                    .formatted(checkpoint, output)
                + " them back, or choose another scoring.checkpoint.dir to score all files again");
      }
      return before;
    }
    if (new Locations(spark).exists(output)) {
      throw new KindlingException(
          "Cannot write %s: it exists already, and is not of the stream whose checkpoint is %s;"
                  .formatted(output, checkpoint)
              + " choose another output, or that stream's scoring.checkpoint.dir");
    }
    StreamNote first =
        new StreamNote("stream-" + UUID.randomUUID(), sum, input, output, schema(input));
    first.write(checkpoint, hadoop());
    return first;
  }

  private String schema(String input) {
    String from = conf.scoring().stream().schemaFrom();
    if (from != null) {
      return new ParquetInput(spark, from, "score", "scoring.schema-from").rows().schema().json();
    }
    try {
      return new ParquetInput(spark, input, "score").table().schema().json();
    } catch (KindlingException e) {
      throw new KindlingException(
          e.getMessage()
              + "; where the first file is still to come, give one with the same columns as"
              + " scoring.schema-from",
          e.getCause());
    }
  }

  private Dataset<Row> read(String input, StructType schema) {
    // By default Spark passes over files that are a week older than others, in silence.
    var reader =
        spark
            .readStream()
            .schema(schema)
            .option("maxFilesPerTrigger", conf.scoring().stream().maxFilesPerTrigger())
            .option("maxFileAge", "36500d");
    String root = new ParquetInput(spark, input, "score").root();
    return (root == null ? reader : reader.option("basePath", root)).parquet(input);
  }

  private StreamingQuery start(Dataset<Row> rows, String checkpoint, StreamBatches batches) {
    StreamConf stream = conf.scoring().stream();
    try {
      return rows.writeStream()
          .queryName("score " + output)
          .option("checkpointLocation", checkpoint)
          .trigger(
              stream.availableNow()
                  ? Trigger.AvailableNow()
                  : Trigger.ProcessingTime(stream.triggerSeconds() * 1000L))
          .foreachBatch(batches::write)
          .start();
    } catch (TimeoutException e) {
      throw new KindlingException("Cannot start the stream: " + e.getMessage(), e);
    }
  }

  private void await(StreamingQuery query, StreamBatches batches, StopSignals signals) {
    Integer idle = conf.scoring().stream().stopWhenIdleSeconds();
    try {
      while (!query.awaitTermination(200)) {
        if (signals.came() || (idle != null && batches.idleSeconds() >= idle)) {
          console.say(signals.came() ? "stopping" : "no new file for " + idle + " s");
          batches.stop(query);
          return;
        }
      }
    } catch (Exception e) { // also what Spark throws without saying so
      KindlingException ours = KindlingException.in(e);
      throw ours != null
          ? new KindlingException(ours.getMessage(), e)
          : new KindlingException("Cannot score: " + Failure.reason(e), e);
    } finally {
      signals.close();
    }
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
