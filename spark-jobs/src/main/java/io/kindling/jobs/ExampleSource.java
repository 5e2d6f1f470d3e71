/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.catalogue.Catalogue;
import io.kindling.data.catalogue.DownloadProgress;
import io.kindling.data.catalogue.PublicDataSet;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.generate.ReviewGenerator;
import io.kindling.data.generate.SequenceGenerator;
import io.kindling.data.read.Cifar10BinaryReader;
import io.kindling.data.read.DataSetReader;
import io.kindling.data.read.ExampleSchema;
import io.kindling.data.read.IdxReader;
import io.kindling.data.read.ImageFolderReader;
import io.kindling.data.read.ParquetImageReader;
import io.kindling.data.read.TableFormat;
import io.kindling.data.read.TableReader;
import io.kindling.data.read.TextFolderReader;
import io.kindling.jobs.conf.ColumnsConf;
import io.kindling.jobs.conf.GeneratedConf;
import io.kindling.jobs.conf.JobConf;
import java.nio.file.Path;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The examples that prepare reads: key {@code format} chooses a reader or a generator. */
final class ExampleSource {
  private static final Set<String> WITH_INPUT =
      Set.of(
          "idx", "cifar10-binary", "image-folder", "parquet", "text-folder", "csv", "json-lines");
  private static final Set<String> GENERATED =
      Set.of("generated", "generated-reviews", "generated-sequences");
  private static final Set<String> WITHOUT_IMAGES =
      Set.of(
          "generated-reviews", "generated-sequences", "text-folder", "csv", "json-lines", "imdb");
  private static final Set<String> TABLES = Set.of("csv", "json-lines", "parquet");

  private final SparkSession spark;
  private final JobConf conf;
  private final Console console;

  ExampleSource(SparkSession spark, JobConf conf, Console console) {
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
    return conf.input() != null && !GENERATED.contains(conf.format());
  }

  /** Whether the source is a table with named columns. */
  static boolean isTable(String format) {
    return TABLES.contains(format);
  }

  /** Whether the examples are images. */
  static boolean hasImages(JobConf conf) {
    ColumnsConf columns = conf.columns();
    return conf.format().equals("parquet")
        ? columns.text() == null && columns.sequence() == null
        : !WITHOUT_IMAGES.contains(conf.format());
  }

  /** The rows as {@link ExampleSchema} describes them. */
  Dataset<Row> read() {
    GeneratedConf generated = conf.generated();
    return switch (conf.format()) {
      case "generated" -> new DigitGenerator(generated.rows(), generated.seed()).generate(spark);
      case "generated-reviews" ->
          new ReviewGenerator(generated.rows(), generated.seed()).generate(spark);
      case "generated-sequences" ->
          new SequenceGenerator(
                  generated.rows(),
                  generated.seed(),
                  generated.task(),
                  generated.steps(),
                  generated.width())
              .generate(spark);
      default -> reader().read(spark, folder());
    };
  }

  private DataSetReader reader() {
    int channels = conf.image().channels() == null ? 0 : conf.image().channels();
    return switch (conf.format()) {
      case "idx" -> new IdxReader();
      case "cifar10-binary" -> new Cifar10BinaryReader();
      case "image-folder" -> new ImageFolderReader(channels);
      case "parquet" ->
          hasImages(conf)
              ? new ParquetImageReader(conf.columns().of(conf.columns().image()), channels)
              : table(TableFormat.parquet());
      case "csv" -> table(TableFormat.csv(conf.csv().delimiter(), conf.csv().header()));
      case "json-lines" -> table(TableFormat.jsonLines());
      case "text-folder" -> new TextFolderReader();
      default -> PublicDataSet.parse(conf.format()).reader();
    };
  }

  private DataSetReader table(TableFormat format) {
    ColumnsConf columns = conf.columns();
    if (columns.sequence() != null) {
      return TableReader.ofSequences(format, columns.of(columns.sequence()));
    }
    String text = columns.text() == null ? ExampleSchema.TEXT.feature() : columns.text();
    return TableReader.ofTexts(format, columns.of(text));
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
