/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.read.Cifar10BinaryReader;
import io.kindling.data.read.IdxReader;
import io.kindling.jobs.conf.JobConf;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The images that prepare reads: key {@code format} chooses a reader. */
final class ImageSource {
  private static final Map<String, String> PUBLIC =
      Map.of("mnist", "", "fashion-mnist", "", "cifar-10", "");

  private final SparkSession spark;
  private final JobConf conf;

  ImageSource(SparkSession spark, JobConf conf, Console console) {
    this.spark = spark;
    this.conf = conf;
  }

  /** Whether a format needs the key {@code input}. */
  static boolean needsInput(String format) {
    return !format.equals("generated") && !PUBLIC.containsKey(format);
  }

  /** The rows as {@link io.kindling.data.read.ImageDataSet} describes them. */
  Dataset<Row> read() {
    return switch (conf.format()) {
      case "generated" ->
          new DigitGenerator(conf.generated().rows(), conf.generated().seed()).generate(spark);
      case "idx", "mnist" -> new IdxReader().read(spark, folder());
      case "cifar10-binary", "cifar-10" -> new Cifar10BinaryReader().read(spark, folder());
      default -> throw new IllegalArgumentException(conf.format());
    };
  }

  /** The folder at {@code input}, or, without it, the public set in the cache. */
  private String folder() {
    if (conf.input() != null) {
      return new Locations(spark).existing(conf.input(), "prepare", "input");
    }
    throw new IllegalStateException();
  }
}
