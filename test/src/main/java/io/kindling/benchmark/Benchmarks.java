/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.data.KindlingException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of {@code test/benchmark}; its tables are Markdown, on standard output. */
@Command(
    name = "benchmark",
    description = "Prints figures as Markdown tables; docs/benchmarks.md says what they mean.",
    mixinStandardHelpOptions = true,
    subcommands = {
      EnginesBenchmark.class,
      CostBenchmark.class,
      AccuracyBenchmark.class,
      LstmBenchmark.class,
      ConvolutionsBenchmark.class,
      ScoringBenchmark.class
    })
final class Benchmarks {
  private Benchmarks() {}

  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Benchmarks());
    line.setExecutionExceptionHandler(
        (thrown, command, result) -> {
          KindlingException ours = KindlingException.in(thrown);
          if (ours == null) {
            throw thrown;
          }
          command.getErr().println("error: " + ours.getMessage());
          return 1;
        });
    System.exit(line.execute(arguments));
  }
}
