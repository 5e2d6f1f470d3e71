/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.model.ModelCard;
import io.kindling.model.NetworkModel;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that {@link ModelsOfThisVersion} saved are opened by later versions. */
@ExtendWith(LocalSpark.class)
class SavedByEarlierVersionsTest {
  /**
   * Of probabilities, and of predictions of about one: sums in floats differ from one processor to
   * the next, by the width of its vectors, in the seventh digit.
   */
  private static final double ROUNDING = 1e-6;

  private static Path folder(String name) {
    return Path.of(
        System.getProperty("kindling.root"), "estimators/src/test/resources/saved", name);
  }

  private static NetworkModel<?> network(PipelineModel model) {
    return (NetworkModel<?>) model.stages()[model.stages().length - 1];
  }

  @ParameterizedTest
  @CsvSource({"0.1.0/image, probability", "0.1.0/text, probability", "0.1.0/vector, prediction"})
  void aSavedModelGivesThePredictionsThatWereStored(String name, String output) throws IOException {
    SparkSession spark = LocalSpark.session();
    PipelineModel model = PipelineModel.load(folder(name).resolve("model").toString());
    Dataset<Row> rows = spark.read().parquet(folder(name).resolve("rows").toString());
    Map<Long, double[]> wanted =
        new ObjectMapper()
            .readValue(folder(name).resolve("predictions.json").toFile(), new TypeReference<>() {});
    Map<Long, double[]> found = ModelsOfThisVersion.predictions(model, rows, output);
    assertEquals(8, wanted.size());
    assertEquals(wanted.keySet(), found.keySet());
    wanted.forEach((id, values) -> assertArrayEquals(values, found.get(id), ROUNDING));
  }

  @Test
  void itsCardTellsOfTheTrainingAndGoesAlong(SparkSession spark, @TempDir Path again)
      throws IOException {
    NetworkModel<?> model =
        network(PipelineModel.load(folder("0.1.0/image").resolve("model").toString()));
    ModelCard card = model.card();
    assertFalse(card.isEmpty());
    assertEquals("image", card.data().features());
    assertEquals("label", card.data().label());
    assertEquals(0, card.data().skipped());
    assertEquals(2, card.workers());
    assertEquals(2, card.bestEpoch());
    assertEquals(2, card.history().size());
    assertEquals(card.loss(), card.history().get(1).loss());
    assertEquals(card.validation(), card.history().get(1).validation());
    assertEquals("sgd", card.settings().get("optimizer"));
    assertEquals(0.25, card.settings().get("validationFraction"));
    assertEquals(
        model.artifact().params().length, card.layers().values().stream().mapToLong(n -> n).sum());
    assertEquals("3.5.7", card.versions().get("spark"));

    model.write().save(again.resolve("model").toString());
    NetworkModel<?> loaded = NetworkModel.load(again.resolve("model").toString());
    assertEquals(card, loaded.card());
    assertEquals(card, model.copy(new org.apache.spark.ml.param.ParamMap()).card());
  }
}
