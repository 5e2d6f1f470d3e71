/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Rows scored in a second, Parquet to Parquet, beside plain loops over arrays in memory. */
@Command(
    name = "scoring",
    description = "Scoring Parquet beside plain Deeplearning4j and PyTorch in memory.",
    mixinStandardHelpOptions = true)
final class ScoringBenchmark implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ScoringWorkload workload;

  @Option(names = "--repeat", defaultValue = "3", description = "Runs of each, in turn.")
  private int repeat;

  @Option(names = "--processes", defaultValue = "2", description = "Cores that each may use.")
  private int processes;

  @Option(
      names = "--folder",
      required = true,
      description = "For the Parquet and the model, which are made where they are missing.")
  private Path folder;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Report report = new Report(spec);
    Map<Contestant, List<Double>> rates = new LinkedHashMap<>();
    contestants().forEach(contestant -> rates.put(contestant, new ArrayList<>()));
    for (int run = 0; run < repeat; run++) {
      for (Map.Entry<Contestant, List<Double>> entry : rates.entrySet()) {
        entry.getValue().add(entry.getKey().run().examplesPerSecond());
      }
    }
    report.columns("", "rows/s, median", "runs", "Kindling is");
    double ours = Double.NaN;
    for (Map.Entry<Contestant, List<Double>> entry : rates.entrySet()) {
      double median = Report.median(entry.getValue());
      ours = Double.isNaN(ours) ? median : ours;
      report.add(
          entry.getKey().name(),
          Report.figure(median),
          String.join(", ", entry.getValue().stream().map(Report::figure).toList()),
          Report.figure(ours / median) + " times");
    }
    return 0;
  }

  private List<Contestant> contestants() {
    List<Contestant> all = new ArrayList<>();
    List<String> arguments = workload.arguments(workload.rows);
    arguments.add("--folder=" + folder);
    String master = "local[%d]".formatted(processes);
    all.add(
        new Contestant(
            "Kindling, Parquet to Parquet, " + master,
            JavaCommand.of(ScoringProgram.class.getName(), JavaCommand.spark(master), arguments),
            1,
            "1"));
    all.add(
        new Contestant(
            "plain Deeplearning4j, %d processes".formatted(processes),
            JavaCommand.of(
                PlainScoringProgram.class.getName(),
                List.of(),
                workload.arguments(workload.rows / processes)),
            processes,
            "1"));
    Stream.of("python3", "/usr/bin/python3")
        .filter(python -> JavaCommand.succeeds(python, "-c", "import torch"))
        .findFirst()
        .ifPresent(python -> all.add(pytorch(python)));
    return all;
  }

  private Contestant pytorch(String python) {
    return new Contestant(
        "PyTorch, %d threads".formatted(processes),
        List.of(
            python,
            Path.of(System.getProperty("kindling.root"), "test/peers/scoring.py").toString(),
            Integer.toString(workload.size),
            Integer.toString(workload.rows),
            Integer.toString(workload.batch),
            Integer.toString(workload.passes),
            Integer.toString(processes)),
        1,
        Integer.toString(processes));
  }
}
