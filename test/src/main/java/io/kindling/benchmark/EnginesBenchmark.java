/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.runtime.NativeRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The same network trained by different means, each in processes of its own, turn by turn. */
@Command(
    name = "engines",
    description = "This engine beside dl4j-spark, plain Deeplearning4j and PyTorch on MNIST.",
    mixinStandardHelpOptions = true)
final class EnginesBenchmark implements Runnable {
  private static final String HELPERS_OFF = "org.eclipse.deeplearning4j.helpers.disable=true";
  private static final String HELPERS_ON = "org.eclipse.deeplearning4j.helpers.disable=false";

  private static final String LIBRARY = "org.bytedeco.javacpp.platform.extension";

  @Spec private CommandSpec spec;
  @Mixin private Workload workload;

  @Option(names = "--repeat", defaultValue = "3", description = "Runs of each; medians are shown.")
  private int repeat;

  @Option(names = "--master", description = "A cluster for one more line of this engine.")
  private String master;

  @Option(
      names = "--only",
      split = ",",
      description = "Lines whose names contain one of these; this engine is always there.")
  private List<String> only = List.of();

  @Override
  public void run() {
    Report report = new Report(spec);
    List<Contestant> contestants = contestants().stream().filter(this::isWanted).toList();
    Map<Contestant, List<Contestant.Result>> results = new LinkedHashMap<>();
    contestants.forEach(contestant -> results.put(contestant, new ArrayList<>()));
    for (int turn = 1; turn <= repeat; turn++) {
      for (Contestant contestant : contestants) {
        System.err.printf("turn %d of %d: %s%n", turn, repeat, contestant.name());
        try {
          results.get(contestant).add(contestant.run());
        } catch (IOException e) {
          System.err.println(e.getMessage());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
    print(report, results);
  }

  private boolean isWanted(Contestant contestant) {
    return only.isEmpty()
        || contestant.name().startsWith("this engine, local")
        || only.stream().anyMatch(contestant.name()::contains);
  }

  private void print(Report report, Map<Contestant, List<Contestant.Result>> results) {
    report.columns(
        "", "examples/s, median", "least to most", "this engine is", "trained of an epoch");
    double ours = Double.NaN;
    for (Map.Entry<Contestant, List<Contestant.Result>> entry : results.entrySet()) {
      List<Double> rates =
          entry.getValue().stream().map(Contestant.Result::examplesPerSecond).toList();
      if (rates.isEmpty()) {
        report.add(entry.getKey().name(), "failed", "", "", "");
        continue;
      }
      double median = Report.median(rates);
      ours = Double.isNaN(ours) ? median : ours;
      report.add(
          entry.getKey().name(),
          Report.figure(median),
          Report.figure(rates.stream().mapToDouble(rate -> rate).min().orElseThrow())
              + " to "
              + Report.figure(rates.stream().mapToDouble(rate -> rate).max().orElseThrow()),
          Report.figure(ours / median) + " times",
          "%d of %d".formatted(entry.getValue().get(0).examples(), workload.examples()));
    }
    if (python().isEmpty()) {
      report.note("PyTorch is not installed: no `python3` here has the module `torch`.");
    }
  }

  /** This engine first: the others are compared with it. */
  private List<Contestant> contestants() {
    // It sets the property LIBRARY.
    NativeRuntime.start();
    String local = "local[%d]".formatted(workload.workers());
    List<Contestant> all = new ArrayList<>();
    all.add(kindling("this engine, " + local, local, "averaging"));
    if (master != null) {
      all.add(kindling("this engine, " + master, master, "averaging"));
    }
    all.add(dl4jSpark("dl4j-spark as it comes, " + local, local, HELPERS_OFF, null));
    all.add(dl4jSpark("dl4j-spark, helpers on, " + local, local, HELPERS_ON, null));
    all.add(
        dl4jSpark("dl4j-spark, helpers on, one thread a task, " + local, local, HELPERS_ON, "1"));
    all.add(kindling("training.engine = dl4j-spark, " + local, local, "dl4j-spark"));
    all.add(plain("plain DL4J, 1 process", 1, false));
    all.add(
        plain("plain DL4J, %d processes".formatted(workload.workers()), workload.workers(), false));
    all.add(
        plain(
            "plain DL4J with Kindling's acceleration, %d processes".formatted(workload.workers()),
            workload.workers(),
            true));
    python()
        .ifPresent(
            python -> {
              all.add(pytorch(python, workload.workers()));
              all.add(pytorch(python, 1));
            });
    return all;
  }

  private Contestant kindling(String name, String on, String engine) {
    List<String> arguments = workload.arguments(workload.examples());
    arguments.add("--engine=" + engine);
    return new Contestant(
        name,
        JavaCommand.of(KindlingProgram.class.getName(), JavaCommand.spark(on), arguments),
        1,
        "1");
  }

  private Contestant dl4jSpark(String name, String on, String helpers, String threads) {
    List<String> properties = new ArrayList<>(JavaCommand.spark(on));
    properties.add(helpers);
    // The build of ND4J that Kindling would take here, too.
    properties.add(LIBRARY + "=" + System.getProperty(LIBRARY));
    return new Contestant(
        name,
        JavaCommand.of(
            "io.kindling.dl4jspark.AsItComes", properties, workload.arguments(workload.examples())),
        1,
        threads);
  }

  private Contestant plain(String name, int processes, boolean accelerated) {
    List<String> arguments = workload.arguments(workload.examples() / processes);
    if (accelerated) {
      arguments.add("--accelerated");
    }
    return new Contestant(
        name, JavaCommand.of(PlainProgram.class.getName(), List.of(), arguments), processes, "1");
  }

  private Contestant pytorch(String python, int threads) {
    return new Contestant(
        "PyTorch, %d thread%s".formatted(threads, threads == 1 ? "" : "s"),
        List.of(
            python,
            Path.of(System.getProperty("kindling.root"), "test/peers/mnist_cnn.py").toString(),
            workload.mnist.toString(),
            Integer.toString(workload.examples()),
            Integer.toString(workload.batch()),
            Integer.toString(workload.epochs()),
            Integer.toString(threads)),
        1,
        Integer.toString(threads));
  }

  private static Optional<String> python() {
    return Stream.of("python3", "/usr/bin/python3")
        .filter(python -> JavaCommand.succeeds(python, "-c", "import torch"))
        .findFirst();
  }
}
