/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kindling.data.read.ImageDataSet;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.testkit.LocalSpark;
import io.kindling.transformers.SequencePadder;
import io.kindling.transformers.TextTokenizer;
import io.kindling.transformers.VocabularyIndexer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;

/** A pipeline of a program's own, from raw text to label name, in another JVM. */
@ExtendWith(LocalSpark.class)
class TextPipelineTest {
  private static final String[] TEXTS = {
    "a good film", "a bad film", "not a good film", "not a bad film"
  };

  @TempDir private Path folder;

  @Test
  void aPipelinePredictsTheSameInAnotherJvm(SparkSession spark) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      rows.add(RowFactory.create("t" + i, TEXTS[i % 4], i % 4 == 0 || i % 4 == 3 ? 1.0 : 0.0));
    }
    Dataset<Row> training = texts(spark, rows);
    PipelineModel model = pipeline().fit(training);
    model.save(folder.resolve("model").toString());

    Dataset<Row> others =
        texts(
            spark,
            List.of(
                RowFactory.create("known", "A good film!", 1.0),
                RowFactory.create("unseen", "a superb film", 1.0),
                RowFactory.create("empty", "", 1.0),
                RowFactory.create("long", "a ".repeat(100_000) + "bad film", 0.0),
                RowFactory.create("none", null, 1.0)));
    others.write().parquet(folder.resolve("others").toString());
    Kindling.Run run =
        Kindling.set(
            folder,
            "score",
            "input=others",
            "model=model",
            "output=scored",
            "on-bad-row=quarantine");
    assertEquals(4, run.summary().get("rowsWritten").asLong());
    assertEquals(1, run.summary().get("rowsBad").asLong());
    assertEquals(
        predictions(model.transform(others.filter("text is not null"))),
        predictions(spark.read().parquet(folder.resolve("scored").toString())));
  }

  private static Pipeline pipeline() {
    TextTokenizer tokenizer = new TextTokenizer();
    tokenizer.setInputCol("text").setOutputCol("words").setPattern("[^a-z]+");
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              tokenizer,
              new VocabularyIndexer().setInputCol("words").setOutputCol("ids"),
              new SequencePadder().setInputCol("ids").setOutputCol("sequence").setLength(20),
              new NetworkClassifier()
                  .setFeaturesCol("sequence")
                  .setNetwork(
                      new NeuralNetConfiguration.Builder()
                          .list()
                          .layer(new EmbeddingSequenceLayer.Builder().nIn(7).nOut(6).build())
                          .layer(
                              new LastTimeStep(
                                  new LSTM.Builder()
                                      .activation(Activation.TANH)
                                      .nIn(6)
                                      .nOut(6)
                                      .build()))
                          .layer(
                              new OutputLayer.Builder()
                                  .nIn(6)
                                  .nOut(2)
                                  .activation(Activation.SOFTMAX)
                                  .build())
                          .build())
                  .setEpochs(2),
              new IndexToString().setInputCol("prediction").setOutputCol("sentiment")
            });
  }

  private static Dataset<Row> texts(SparkSession spark, List<Row> rows) {
    return spark
        .createDataFrame(
            rows,
            new StructType().add("origin", "string").add("text", "string").add("label", "double"))
        .withColumn(
            "label",
            functions
                .col("label")
                .as("label", ImageDataSet.classMetadata(List.of("negative", "positive"))));
  }

  private static List<Row> predictions(Dataset<Row> scored) {
    return scored
        .select("origin", "probability", "prediction", "sentiment")
        .orderBy("origin")
        .collectAsList();
  }
}
