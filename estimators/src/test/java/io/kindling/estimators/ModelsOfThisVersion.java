/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.embedding;
import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.layer;
import static io.kindling.network.Layers.maxPooling2d;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.testkit.LocalSpark;
import io.kindling.transformers.SequencePadder;
import io.kindling.transformers.TextTokenizer;
import io.kindling.transformers.VocabularyIndexer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * The program that made the models in {@code src/test/resources/saved/}: run it for each version
 * that is released, with a folder of that version's name, and never again for an older one.
 */
final class ModelsOfThisVersion {
  private static final String[] TEXTS = {
    "a good film with a good end", "bad film, bad actors", "what a good day", "such a bad idea",
    "good actors and a good idea", "the end is bad", "good", "bad bad bad",
  };

  private ModelsOfThisVersion() {}

  /**
   * Writes them.
   *
   * @param arguments the folder
   */
  public static void main(String[] arguments) throws IOException {
    SparkSession spark = LocalSpark.session();
    Path folder = Path.of(arguments[0]);
    Dataset<Row> digits = new DigitGenerator(40, 3).generate(spark);
    save(
        new NetworkClassifier()
            .setLayers(List.of(conv2d(2, 3), maxPooling2d(4), flatten(), dense(8)))
            .setOptimizer("sgd")
            .setValidationFraction(0.25)
            .setWorkers(2)
            .setEpochs(2),
        digits,
        List.of("image"),
        "probability",
        folder.resolve("image"));
    save(
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new TextTokenizer().setInputCol("text").setOutputCol("words"),
                  new VocabularyIndexer().setInputCol("words").setOutputCol("ids").setMinDF(1),
                  new SequencePadder().setInputCol("ids").setOutputCol("sequence").setLength(6),
                  new NetworkClassifier()
                      .setFeaturesCol("sequence")
                      .setLayers(List.of(embedding(3), layer("global-average-pooling1d")))
                      .setBatchSize(2)
                      .setEpochs(4)
                }),
        texts(spark),
        List.of("text"),
        "probability",
        folder.resolve("text"));
    save(
        new NetworkRegressor()
            .setFeaturesCol("features")
            .setLayers(List.of(dense(6)))
            .setBatchSize(4)
            .setEpochs(4),
        Vectors2d.clouds(spark, 40, 2),
        List.of("features"),
        "prediction",
        folder.resolve("vector"));
    spark.stop();
    System.exit(0); // Spark's timer of barrier stages would go on
  }

  private static Dataset<Row> texts(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < TEXTS.length; i++) {
      rows.add(RowFactory.create(TEXTS[i], (double) (i % 2)));
    }
    return spark
        .createDataFrame(rows, new StructType().add("text", "string").add("label", "double"))
        .coalesce(1);
  }

  private static void save(
      NetworkEstimator<?, ?> estimator,
      Dataset<Row> rows,
      List<String> inputs,
      String output,
      Path folder)
      throws IOException {
    save(new Pipeline().setStages(new PipelineStage[] {estimator}), rows, inputs, output, folder);
  }

  private static void save(
      Pipeline pipeline, Dataset<Row> rows, List<String> inputs, String output, Path folder)
      throws IOException {
    PipelineModel model = pipeline.fit(rows);
    model.write().overwrite().save(folder.resolve("model").toString());
    Dataset<Row> some = rows.limit(8).selectExpr(inputs.toArray(String[]::new)).coalesce(1);
    some.withColumn("id", functions.monotonically_increasing_id())
        .write()
        .mode("overwrite")
        .parquet(folder.resolve("rows").toString());
    Dataset<Row> stored = rows.sparkSession().read().parquet(folder.resolve("rows").toString());
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(
            folder.resolve("predictions.json").toFile(), predictions(model, stored, output));
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".crc")).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The values of an output column by the rows' ids. */
  static Map<Long, double[]> predictions(PipelineModel model, Dataset<Row> rows, String output) {
    Map<Long, double[]> predictions = new LinkedHashMap<>();
    for (Row row : model.transform(rows).orderBy("id").select("id", output).collectAsList()) {
      predictions.put(
          row.getLong(0),
          row.get(1) instanceof Vector vector ? vector.toArray() : new double[] {row.getDouble(1)});
    }
    return predictions;
  }
}
