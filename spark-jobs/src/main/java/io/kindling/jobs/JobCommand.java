/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.jobs.conf.JobConf;
import io.kindling.jobs.conf.JobFiles;
import io.kindling.runtime.GpuRequest;
import io.kindling.runtime.NativeMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that every job takes; reads the configuration and runs the job. */
@Command(
    sortOptions = false,
    optionListHeading = "%n",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class JobCommand implements Callable<Record> {
  private final Job job;
  private final Console console;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "A job file (HOCON). May be given again: later files win.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key over all files. May be given again.")
  private List<String> settings = new ArrayList<>();

  @Option(names = "--verbose", description = "Spark's logs, and stack traces of failures.")
  private boolean verbose;

  JobCommand(Job job, Console console) {
    this.job = job;
    this.console = console;
  }

  boolean verbose() {
    return verbose;
  }

  Job job() {
    return job;
  }

  @Override
  public Record call() {
    JobConf conf = conf();
    job.check(conf);
    SparkSession.Builder session = SparkSession.builder().appName("kindling " + job.name());
    if (verbose) {
      session.config("spark.log.level", "INFO");
    }
    if (conf.nativeMemory() != null) {
      session.config(NativeMemory.SETTING, conf.nativeMemory());
    }
    SparkSession spark;
    try {
      spark = session.getOrCreate();
    } catch (Exception | LinkageError e) {
      return job.withoutSpark(e, console);
    }
    if (job.computes()) {
      console.say(GpuRequest.check(spark.sparkContext()));
    }
    if (job.trains()) {
      SetUp.check(spark.sparkContext(), job.name(), console);
    }
    return job.run(spark, conf, console);
  }

  private JobConf conf() {
    JobFiles layers = new JobFiles();
    job.defaults().ifPresent(layers::addPackaged);
    files.forEach(layers::addFile);
    settings.forEach(layers::set);
    return layers.read();
  }
}
