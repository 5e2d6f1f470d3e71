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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Scores the rows that are there.
 *
 * @param output absolute
 * @param mode what to do where there is a data set at the output
 */
record BatchScoring(
    SparkSession spark,
    JobConf conf,
    Console console,
    SavedModel model,
    String output,
    WriteMode mode) {

  /**
   * Runs the job.
   *
   * @param watch running since the job began
   */
  ScoreSummary run(Stopwatch watch) {
    ParquetInput input = new ParquetInput(spark, conf.input(), "score");
    Dataset<Row> table = input.table();
    Dataset<Row> rows = new PreparedSet(input, table).part(conf.split(), null);
    MarkedRows scored = new RowScoring(model, conf.scoring(), input.path()).of(rows);
    WrittenRun run = run(table);
    if (mode == WriteMode.APPEND) {
      WrittenRuns runs = WrittenRuns.of(output, hadoop());
      Optional<WrittenRun> before = runs.find(run.id());
      if (before.isPresent()) {
        return writtenBefore(before.get(), watch);
      }
      requireNewSources(runs, run);
      new AppendTarget(spark, output).requireSame(scored, conf.scoring().partitionBy());
    }
    spark.sparkContext().setJobDescription("score: write " + output);
    Stopwatch scoring = new Stopwatch();
    DataSetWriter writer = new DataSetWriter(BadRowPolicy.parse(conf.onBadRow()), mode);
    WriteReport report =
        TaskProgress.during(
            spark, console, () -> writer.write(scored, output, conf.scoring().partitionBy(), run));
    Locations locations = new Locations(spark);
    return new ScoreSummary(
        "score",
        watch.seconds(),
        report.rowsRead(),
        report.rowsWritten(),
        report.rowsBad(),
        report.rowsWritten() / scoring.seconds(),
        locations.absolute(report.output()),
        report.quarantine() == null ? null : locations.absolute(report.quarantine()),
        null,
        null);
  }

  /** Told by the files as they are now, and by the model's. */
  private WrittenRun run(Dataset<Row> table) {
    String recipe =
        "model %s, split %s"
            .formatted(
                FolderChecksum.of(new Locations(spark).absolute(conf.model()), hadoop()),
                conf.split());
    List<String> sources = ParquetInput.fingerprints(table);
    List<String> all = new ArrayList<>(List.of(recipe));
    all.addAll(sources);
    return new WrittenRun(FolderChecksum.of(all).substring(0, 32), recipe, sources);
  }

  private ScoreSummary writtenBefore(WrittenRun run, Stopwatch watch) {
    console.say(
        "nothing to do: the rows of these files by this model were written to %s at %s"
            .formatted(output, run.time()));
    return new ScoreSummary(
        "score",
        watch.seconds(),
        run.rowsRead(),
        run.rowsWritten(),
        run.rowsBad(),
        0,
        output,
        run.rowsBad() > 0 && conf.onBadRow().equals("quarantine") ? output + ".bad" : null,
        run.time(),
        null);
  }

  private void requireNewSources(WrittenRuns runs, WrittenRun run) {
    Set<String> sources = new HashSet<>(run.sources());
    for (WrittenRun before : runs.all()) {
      List<String> twice =
          before.recipe().equals(run.recipe())
              ? before.sources().stream().filter(sources::contains).toList()
              : List.of();
      if (!twice.isEmpty()) {
        String first = twice.get(0);
        throw new KindlingException(
            "Cannot append to %s: %d of the %d files of key 'input' were scored into it by the same"
                    .formatted(output, twice.size(), sources.size())
                + " model at %s, %s among them; name only new ones, or use scoring.mode = stream"
                    .formatted(before.time(), first.substring(0, first.indexOf(' ')))
                + " with scoring.available-now = true");
      }
    }
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
