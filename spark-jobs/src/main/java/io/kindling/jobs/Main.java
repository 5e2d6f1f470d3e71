/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.jobs.conf.ConfigurationException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command line: {@code JOB [--conf FILE]... [--set KEY=VALUE]... [--verbose]}. The last line of
 * standard output is the job's summary as one JSON object, everything else goes to standard error.
 * Exit status: 0 done, 1 failed, 2 wrong usage or configuration.
 */
@Command(
    name = "kindling",
    description = "Trains neural networks on Apache Spark and scores Parquet with them.",
    synopsisHeading = "Usage: ",
    customSynopsis = "kindling JOB [--conf FILE]... [--set KEY=VALUE]... [-- SPARK-SUBMIT-OPTIONS]",
    commandListHeading = "%nJobs:%n",
    optionListHeading = "%n",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "conf/reference.conf lists every key. 'kindling JOB --help' says what a job takes."
    })
public final class Main {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private Main() {}

  /** Runs one job and ends the JVM with its exit status. */
  public static void main(String[] arguments) {
    // What libraries print must not come between a script and the summary.
    PrintStream summary = System.out;
    System.setOut(System.err);
    int status =
        run(
            List.of(arguments),
            summary,
            new Console(System.err, Terminal.isStandardError()),
            Main::endSparkAndItsLog);
    endSparkAndItsLog();
    // A cluster manager takes an exit of the driver, even with 0, for a failure.
    boolean onCluster = "cluster".equals(System.getProperty("spark.submit.deployMode"));
    if (status != DONE || !onCluster) {
      System.exit(status);
    }
  }

  /**
   * Runs one job.
   *
   * @param summary where the summary goes
   * @return the exit status
   */
  static int run(List<String> arguments, PrintStream summary, Console console) {
    return run(arguments, summary, console, () -> {});
  }

  /** Spark's threads log while it stops, and nothing may come after the line of an error. */
  private static void endSparkAndItsLog() {
    var session = SparkSession.getDefaultSession();
    if (session.isDefined()) {
      session.get().stop();
    }
    LogManager.shutdown();
  }

  private static int run(
      List<String> arguments, PrintStream summary, Console console, Runnable beforeError) {
    CommandLine commands = commands(console);
    commands.setOut(new PrintWriter(summary, true, StandardCharsets.UTF_8));
    ParseResult parsed;
    try {
      parsed = commands.parseArgs(arguments.toArray(new String[0]));
    } catch (ParameterException e) {
      e.getCommandLine().usage(console.out());
      console.say("error: Cannot read the command line: " + Failure.firstLine(e.getMessage()));
      return WRONG_USAGE;
    }
    if (CommandLine.printHelpIfRequested(parsed)) {
      return DONE;
    }
    if (!parsed.hasSubcommand()) {
      commands.usage(console.out());
      console.say("error: Cannot read the command line: no job named");
      return WRONG_USAGE;
    }
    return run(
        (JobCommand) parsed.subcommand().commandSpec().userObject(), summary, console, beforeError);
  }

  private static int run(
      JobCommand command, PrintStream summary, Console console, Runnable beforeError) {
    try {
      Record done = command.call();
      summary.println(new ObjectMapper().writeValueAsString(done));
      summary.flush();
      if (done instanceof Verdict verdict) {
        verdict.check();
      }
      return DONE;
    } catch (ConfigurationException e) {
      report(e, command, console, beforeError);
      return WRONG_USAGE;
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      report(e, command, console, beforeError);
      return FAILED;
    }
  }

  private static void report(
      Throwable thrown, JobCommand command, Console console, Runnable beforeError) {
    if (command.verbose()) {
      thrown.printStackTrace(console.out());
    }
    beforeError.run();
    console.say("error: " + Failure.describe(thrown, command.job().name()));
    console.out().flush();
  }

  private static CommandLine commands(Console console) {
    CommandLine commands = new CommandLine(new Main());
    Jobs.all().forEach(job -> commands.addSubcommand(job.name(), new JobCommand(job, console)));
    commands
        .getSubcommands()
        .forEach(
            (name, command) -> {
              Job job = ((JobCommand) command.getCommand()).job();
              command.getCommandSpec().usageMessage().description(job.description());
            });
    return commands;
  }
}
