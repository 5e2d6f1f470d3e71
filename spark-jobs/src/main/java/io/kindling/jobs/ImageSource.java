/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.catalogue.Catalogue;
import io.kindling.data.catalogue.DownloadProgress;
import io.kindling.data.catalogue.PublicDataSet;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.read.Cifar10BinaryReader;
import io.kindling.data.read.DataSetReader;
import io.kindling.data.read.IdxReader;
import io.kindling.data.read.ImageFolderReader;
import io.kindling.data.read.ParquetImageReader;
import io.kindling.jobs.conf.JobConf;
import java.nio.file.Path;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The images that prepare reads: key {@code format} chooses a reader. */
final class ImageSource {
  private static final Set<String> WITH_INPUT =
      Set.of("idx", "cifar10-binary", "image-folder", "parquet");

  private final SparkSession spark;
  private final JobConf conf;
  private final Console console;

  ImageSource(SparkSession spark, JobConf conf, Console console) {
    this.spark = spark;
    this.conf = conf;
    this.console = console;
  }

  /** Whether a format needs the key {@code input}. */
  static boolean needsInput(String format) {
    return WITH_INPUT.contains(format);
  }

  /** Whether prepare reads what is at {@code input}. */
  static boolean reads(JobConf conf) {
    return conf.input() != null && !conf.format().equals("generated");
  }

  /** The rows as {@link io.kindling.data.read.ImageDataSet} describes them. */
  Dataset<Row> read() {
    return conf.format().equals("generated")
        ? new DigitGenerator(conf.generated().rows(), conf.generated().seed()).generate(spark)
        : reader().read(spark, folder());
  }

  private DataSetReader reader() {
    int channels = conf.image().channels() == null ? 0 : conf.image().channels();
    return switch (conf.format()) {
      case "idx" -> new IdxReader();
      case "cifar10-binary" -> new Cifar10BinaryReader();
      case "image-folder" -> new ImageFolderReader(channels);
      case "parquet" ->
          new ParquetImageReader(conf.columns().image(), conf.columns().label(), channels);
      default -> PublicDataSet.parse(conf.format()).reader();
    };
  }

  /** The folder at {@code input}, or, without it, the public set in the cache. */
  private String folder() {
    if (conf.input() != null) {
      return new Locations(spark).existing(conf.input(), "prepare", "input");
    }
    Path cache =
        conf.cacheDir() == null
            ? Catalogue.defaultCache()
            : Path.of(conf.cacheDir()).toAbsolutePath();
    return new Catalogue(cache)
        .fetch(PublicDataSet.parse(conf.format()), DownloadProgress.console(console.terminal()))
        .toUri()
        .toString();
  }
}
