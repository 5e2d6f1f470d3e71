/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.WriteReport;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.input.InputSpec;
import io.kindling.model.NetworkModel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A contestant: Parquet to Parquet, again and again in one application, by what the job {@code
 * score} runs. Prints the process's resident memory after each pass to standard error.
 */
@Command
public final class ScoringProgram implements Runnable {
  private static final double NANOS = 1e9;

  @Mixin private ScoringWorkload workload;

  @Option(names = "--folder", required = true, description = "For the model and the Parquet.")
  private Path folder;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ScoringProgram()).execute(arguments));
  }

  @Override
  public void run() {
    SparkSession spark = SparkSession.builder().appName("kindling-benchmark").getOrCreate();
    String rows = folder.resolve("rows-" + workload.size + "-" + workload.rows).toString();
    if (!Files.exists(Path.of(rows))) {
      images(spark, workload.rows).write().parquet(rows);
    }
    String saved = folder.resolve("model-" + workload.size).toString();
    if (!Files.exists(Path.of(saved))) {
      save(spark, saved);
    }
    NetworkModel<?> model = NetworkModel.load(saved);
    model.setProblemCol("problem");
    for (int pass = 0; pass < workload.passes; pass++) {
      long start = System.nanoTime();
      WriteReport report =
          new DataSetWriter(BadRowPolicy.FAIL, true)
              .write(
                  model.transform(spark.read().parquet(rows)).drop("image"),
                  folder.resolve("scored").toString());
      new EpochLine(report.rowsWritten(), (System.nanoTime() - start) / NANOS).print();
      System.err.println("resident memory, kB: " + ResidentMemory.kilobytes());
    }
    spark.stop();
  }

  private void save(SparkSession spark, String path) {
    Dataset<Row> few =
        images(spark, 64)
            .withColumn(
                "label",
                org.apache.spark.sql.functions.expr("cast(substring(origin, 7) % 10 as double)"));
    try {
      new NetworkClassifier().setLayers(workload.layers()).setEpochs(1).fit(few).save(path);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Dataset<Row> images(SparkSession spark, int count) {
    InputSpec input = workload.input();
    StructType schema =
        new StructType().add("origin", DataTypes.StringType).add("image", ImageRows.schema());
    ScoringWorkload drawn = workload;
    int height = input.height();
    int width = input.width();
    int channels = input.channels();
    int size = drawn.size;
    MapFunction<Long, Row> draw =
        index -> {
          ScoringWorkload own = new ScoringWorkload();
          own.size = size;
          Pixels pixels = new Pixels(height, width, channels, own.image(index));
          return RowFactory.create("image#" + index, ImageRows.toRow("image#" + index, pixels));
        };
    return spark.range(count).map(draw, Encoders.row(schema));
  }
}
