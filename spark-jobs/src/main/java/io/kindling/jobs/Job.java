/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.jobs.conf.JobConf;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** One job of the command line. */
interface Job {
  /** The word on the command line. */
  String name();

  /** What the job does, in a sentence for its usage text. */
  String description();

  /** A packaged job file that lies under the user's own; none for most jobs. */
  default Optional<String> defaults() {
    return Optional.empty();
  }

  /** Whether it computes with a network, on the devices that the application asks for. */
  default boolean computes() {
    return true;
  }

  /** Whether it trains, so that a set-up that is broken shows before hours are lost on it. */
  default boolean trains() {
    return false;
  }

  /**
   * What becomes of the job where Spark did not start.
   *
   * @return its summary, of a job that has one even so
   * @throws io.kindling.data.KindlingException naming the reason, where doctor's look at this JVM
   *     finds one
   */
  default Record withoutSpark(Throwable thrown, Console console) {
    throw SetUp.explained(thrown, name());
  }

  /**
   * Checks that the configuration has what this job needs; called before Spark starts.
   *
   * @throws io.kindling.jobs.conf.ConfigurationException naming the key that is missing
   */
  void check(JobConf conf);

  /**
   * Runs the job.
   *
   * @return its summary: the record that becomes the last line of standard output
   * @throws io.kindling.data.KindlingException where it fails
   */
  Record run(SparkSession spark, JobConf conf, Console console);
}
