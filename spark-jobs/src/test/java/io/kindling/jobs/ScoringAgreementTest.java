/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.model.NetworkModel;
import io.kindling.testkit.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A row gets the same bits from {@code transform}, in whatever partitions and minibatches, from a
 * stream, from the job {@code score}, and from a program that has no Spark.
 */
@ExtendWith(LocalSpark.class)
class ScoringAgreementTest {
  private static final JobRuns JOBS = new JobRuns();

  @TempDir private static Path folder;

  @Test
  void imagesGetTheSameBitsEverywhere(SparkSession spark) throws Exception {
    train(
        "images",
        "format=generated",
        "generated.rows=700",
        "training.epochs=1",
        "training.workers=2",
        "network.layers=[{conv2d {filters=8,kernel-size=3,activation=relu}},{max-pooling2d {pool-size=2}},flatten,{dense {units=32,activation=relu}}]");
    NetworkModel<?> model = NetworkModel.load(path("images-model"));
    Dataset<Row> rows = spark.read().parquet(path("images"));
    agree(spark, "images", model, rows, "image", ScoringAgreementTest::image);
  }

  @Test
  void textsGetTheSameBitsEverywhere(SparkSession spark) throws Exception {
    train(
        "texts",
        "format=generated-reviews",
        "generated.rows=500",
        "training.epochs=1",
        "training.workers=2",
        "text.stop-words=english",
        "network.layers=[{embedding {output-dim=16}},{lstm {units=16}}]");
    PipelineModel model = PipelineModel.load(path("texts-model"));
    Dataset<Row> rows = spark.read().parquet(path("texts"));
    agree(spark, "texts", model, rows, "text", ScoringAgreementTest::text);
  }

  private static void train(String name, String... settings) {
    List<String> prepare = new ArrayList<>(List.of("output=" + path(name)));
    List<String> train =
        new ArrayList<>(List.of("input=" + path(name), "model=" + path(name + "-model")));
    for (String setting : settings) {
      (setting.startsWith("format") || setting.startsWith("generated") ? prepare : train)
          .add(setting);
    }
    assertEquals(0, JOBS.run("prepare", prepare), JOBS.err::toString);
    assertEquals(0, JOBS.run("train", train), JOBS.err::toString);
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  /** How an example is written for {@link PlainScoring}. */
  private interface Writing {
    void write(Row row, DataOutputStream out) throws IOException;
  }

  private static void image(Row row, DataOutputStream out) throws IOException {
    try {
      Pixels pixels = ImageRows.pixels(row.getAs("image"));
      out.writeInt(pixels.data().length);
      out.write(pixels.data());
      out.writeInt(pixels.height());
      out.writeInt(pixels.width());
      out.writeInt(pixels.channels());
    } catch (io.kindling.data.image.BadImageException e) {
      throw new IOException(e);
    }
  }

  private static void text(Row row, DataOutputStream out) throws IOException {
    byte[] bytes = row.<String>getAs("text").getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void agree(
      SparkSession spark,
      String name,
      Transformer model,
      Dataset<Row> rows,
      String kind,
      Writing writing)
      throws Exception {
    Map<String, String> expected = bits(model.transform(rows.coalesce(1)));
    assertTrue(expected.size() >= 500, () -> "only " + expected.size() + " rows");
    assertTrue(expected.values().stream().distinct().count() > 10, "all rows look alike");
    assertEquals(expected, bits(model.transform(rows.repartition(7))), "in seven partitions");
    for (int batch : new int[] {1, 13, 300}) {
      assertEquals(expected, bits(scoredBy(model, batch, rows)), "by " + batch);
    }
    assertEquals(expected, bits(streamed(spark, model, name)), "a stream");
    assertEquals(
        0,
        JOBS.run(
            "score",
            List.of(
                "input=" + path(name),
                "model=" + path(name + "-model"),
                "output=" + path(name + "-scored"))),
        JOBS.err::toString);
    assertEquals(expected, bits(spark.read().parquet(path(name + "-scored"))), "the job");

    List<Row> collected = rows.orderBy("origin").collectAsList();
    Path file = folder.resolve(name + ".bin");
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.writeUTF(kind);
      out.writeInt(collected.size());
      for (Row row : collected) {
        writing.write(row, out);
      }
    }
    List<String> lines = plainly(path(name + "-model"), file);
    for (String how : List.of("one", "all")) {
      List<String> found =
          lines.stream()
              .filter(line -> line.startsWith(how + " "))
              .map(ScoringAgreementTest::withoutWords)
              .toList();
      List<String> wanted =
          collected.stream().map(row -> expected.get(row.<String>getAs("origin"))).toList();
      assertEquals(wanted, found, how + ", without Spark");
    }
  }

  private static String withoutWords(String line) {
    return line.split(" ", 3)[2];
  }

  private static Dataset<Row> scoredBy(Transformer model, int batch, Dataset<Row> rows) {
    Dataset<Row> scored = rows;
    Transformer[] stages =
        model instanceof PipelineModel pipeline ? pipeline.stages() : new Transformer[] {model};
    for (Transformer stage : stages) {
      if (stage instanceof NetworkModel<?> network) {
        network.setScoringBatchSize(batch);
      }
      scored = stage.transform(scored);
      if (stage instanceof NetworkModel<?> network) {
        network.setScoringBatchSize(0);
      }
    }
    return scored;
  }

  private static Dataset<Row> streamed(SparkSession spark, Transformer model, String name)
      throws Exception {
    Dataset<Row> stream =
        spark
            .readStream()
            .schema(spark.read().parquet(path(name)).schema())
            .option("maxFilesPerTrigger", 1)
            .parquet(path(name));
    StreamingQuery query =
        model
            .transform(stream)
            .select("origin", "probability")
            .writeStream()
            .format("memory")
            .queryName(name)
            .start();
    query.processAllAvailable();
    query.stop();
    return spark.table(name);
  }

  /** The bits of the probabilities, by the row's origin. */
  private static Map<String, String> bits(Dataset<Row> scored) {
    Map<String, String> bits = new TreeMap<>();
    for (Row row : scored.select("origin", "probability").collectAsList()) {
      String earlier =
          bits.put(
              row.getString(0),
              Arrays.stream(row.<Vector>getAs(1).toArray())
                  .mapToObj(value -> Long.toHexString(Double.doubleToLongBits(value)))
                  .collect(Collectors.joining(" ")));
      assertEquals(null, earlier, () -> row.getString(0) + " is there twice");
    }
    return bits;
  }

  /**
   * Runs {@link PlainScoring} in a JVM without Spark, Hadoop and Scala, and without
   * deserialization.
   */
  private static List<String> plainly(String model, Path examples) throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(
                entry ->
                    !entry.matches(
                        ".*[/\\\\](org[/\\\\]apache|org[/\\\\]scala-lang|spark-jobs)[/\\\\].*(spark|hadoop|scala|avro|parquet|hive|curator|zookeeper).*"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Djdk.serialFilter=!*",
            "-cp",
            classPath,
            PlainScoring.class.getName(),
            model,
            examples.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("plain.err").toFile()).start();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    process.getInputStream().transferTo(out);
    assertEquals(0, process.waitFor(), () -> read(folder.resolve("plain.err")));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
