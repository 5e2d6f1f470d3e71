/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.transformers.ImageDecoder;
import io.kindling.transformers.ImageResizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A network of 12 x 12 grey images, a pipeline that decodes for it, and rows for both. */
final class ScoringExamples {
  private final SparkSession spark;
  private final JobRuns jobs;

  /** Trains the network, as {@code model}, and saves the pipeline, as {@code pipeline}. */
  ScoringExamples(SparkSession spark, Path folder, JobRuns jobs) throws IOException {
    this.spark = spark;
    this.jobs = jobs;
    run(
        "prepare",
        "format=generated",
        "generated.rows=40",
        "image.height=12",
        "image.width=12",
        "splits.test=0",
        "output=" + folder.resolve("digits"));
    run(
        "train",
        "input=" + folder.resolve("digits"),
        "model=" + folder.resolve("model"),
        "network.layers=[flatten, {dense {units = 4, activation = relu}}]",
        "training.epochs=1",
        "training.workers=1");
    ImageResizer resizer =
        new ImageResizer().setInputCol("decoded").setOutputCol("image").setHeight(12).setWidth(12);
    PipelineStage[] stages = {
      new ImageDecoder().setOutputCol("decoded").setChannels(1),
      resizer,
      NetworkClassificationModel.load(folder.resolve("model").toString())
    };
    new Pipeline()
        .setStages(stages)
        .fit(raw(1))
        .write()
        .save(folder.resolve("pipeline").toString());
  }

  private void run(String job, String... settings) {
    assertEquals(0, jobs.run(job, List.of(settings)), jobs.err::toString);
  }

  /** Whether a row of {@link #raw} and {@link #images} is bad: six of 200. */
  static boolean isBad(long id) {
    return id % 33 == 5;
  }

  /** What is wrong with a bad row: 0, 1 or 2. */
  static long kind(long id) {
    return id / 33 % 3;
  }

  /**
   * Encoded images of several sizes: columns {@code id}, {@code day} (of two) and {@code content};
   * the bad ones are null, cut, or no image.
   */
  Dataset<Row> raw(int rows) {
    byte[] text = "no image".getBytes(StandardCharsets.UTF_8);
    return table(
        rows,
        new StructType().add("content", DataTypes.BinaryType),
        id -> {
          byte[] png = ImageCodec.encodePng(pixels(id, 8 + (int) (id % 9)));
          return !isBad(id)
              ? png
              : kind(id) == 0 ? text : kind(id) == 1 ? null : Arrays.copyOf(png, png.length / 2);
        });
  }

  /** Images as structs: the bad ones are null, of another size, or shorter than they say. */
  Dataset<Row> images(int rows) {
    return table(
        rows,
        new StructType().add("image", ImageRows.schema()),
        id -> {
          Row good = ImageRows.toRow(null, pixels(id, 12));
          return !isBad(id)
              ? good
              : kind(id) == 0
                  ? ImageRows.toRow(null, pixels(id, 14))
                  : kind(id) == 1
                      ? null
                      : RowFactory.create(good.get(0), 12, 12, 1, good.get(4), new byte[100]);
        });
  }

  private Dataset<Row> table(int rows, StructType image, LongFunction<Object> of) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("day", DataTypes.StringType)
            .add(image.fields()[0]);
    return spark
        .createDataFrame(
            LongStream.range(0, rows)
                .mapToObj(id -> RowFactory.create(id, "d" + id % 2, of.apply(id)))
                .toList(),
            schema)
        .repartition(3);
  }

  private static Pixels pixels(long id, int side) {
    byte[] pixels = new byte[side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (id * 31L + i * 7L);
    }
    return new Pixels(side, side, 1, pixels);
  }
}
