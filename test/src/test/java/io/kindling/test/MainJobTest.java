/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.testkit.LocalSpark;
import io.kindling.testkit.RealData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The main job end to end, through the launcher: prepare, train, evaluate, score. */
@ExtendWith(LocalSpark.class)
@Tag("long")
class MainJobTest {
  @TempDir private Path folder;

  @Test
  void generatedDigitsArePreparedTrainedEvaluatedAndScored(SparkSession spark) throws Exception {
    String conf = Kindling.conf("quickstart.conf").toString();
    JsonNode prepared = job("prepare", conf, "generated.rows=3000", "output=digits");
    assertEquals(3000, prepared.get("rowsRead").asLong());
    assertEquals(3000, prepared.get("rowsWritten").asLong());

    JsonNode trained = chain(spark, conf, "digits", "training.epochs=3");
    assertEquals(3 * trained.get("examples").asLong(), trained.get("examplesTrained").asLong());
    assertEquals(2, trained.get("workers").asInt());
  }

  @Test
  void reviewsArePreparedReadByAnLstmEvaluatedAndScored(SparkSession spark) throws Exception {
    String conf = Kindling.conf("reviews-lstm.conf").toString();
    JsonNode prepared = job("prepare", conf, "generated.rows=3000", "output=reviews");
    assertEquals(3000, prepared.get("rowsWritten").asLong());

    JsonNode trained = chain(spark, conf, "reviews", "training.epochs=10");
    assertEquals(10 * trained.get("examples").asLong(), trained.get("examplesTrained").asLong());
  }

  @Test
  void reviewsOfFilmsReachWhatIsPublished(SparkSession spark) throws Exception {
    String conf = Kindling.conf("imdb-lstm.conf").toString();
    JsonNode prepared = job("prepare", conf, "input=" + RealData.imdb(), "output=imdb");
    assertEquals(50_000, prepared.get("rowsRead").asLong());
    assertEquals(50_000, prepared.get("rowsWritten").asLong());

    chain(spark, conf, "imdb", "training.epochs=3");
    double accuracy = evaluate(conf, "imdb").get("metrics").get("accuracy").asDouble();
    assertTrue(accuracy >= 0.86, "accuracy " + accuracy);
  }

  @Test
  void mnistReachesWhatPlainPyTorchReaches(SparkSession spark) throws Exception {
    String conf = Kindling.conf("mnist-cnn.conf").toString();
    JsonNode prepared = job("prepare", conf, "input=" + RealData.mnist(), "output=mnist");
    assertEquals(70_000, prepared.get("rowsRead").asLong());
    assertEquals(70_000, prepared.get("rowsWritten").asLong());

    JsonNode trained = chain(spark, conf, "mnist", "training.epochs=5");
    assertEquals(300_000, trained.get("examplesTrained").asLong());
    double accuracy = evaluate(conf, "mnist").get("metrics").get("accuracy").asDouble();
    assertTrue(accuracy >= 0.986, "accuracy " + accuracy);
  }

  /** Trains, evaluates and scores; the scored Parquet must tell what evaluate told. */
  private JsonNode chain(SparkSession spark, String conf, String data, String epochs)
      throws Exception {
    JsonNode trained =
        job("train", conf, "input=" + data, "model=model", "training.workers=2", epochs);
    JsonNode evaluated = evaluate(conf, data);
    JsonNode scored =
        job("score", conf, "input=" + data, "model=model", "split=test", "output=scored");
    Dataset<Row> rows = spark.read().parquet(folder.resolve("scored").toString());
    assertEquals(evaluated.get("examples").asLong(), scored.get("rowsWritten").asLong());
    assertEquals(evaluated.get("examples").asLong(), rows.count());
    assertEquals(
        evaluated.get("metrics").get("accuracy").asDouble(),
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(rows));
    assertTrue(evaluated.get("metrics").get("accuracy").asDouble() > 0.85, evaluated.toString());
    return trained;
  }

  private JsonNode evaluate(String conf, String data) throws Exception {
    return job("evaluate", conf, "input=" + data, "model=model");
  }

  private JsonNode job(String name, String conf, String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(name, "--conf", conf));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return Kindling.run(folder, arguments.toArray(new String[0])).summary();
  }
}
