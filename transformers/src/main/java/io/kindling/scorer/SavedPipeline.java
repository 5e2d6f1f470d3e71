/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A saved model taken apart: the folder of the network, and what prepares its input.
 *
 * @param network the network's folder
 * @param before the stages before it, in their order
 */
record SavedPipeline(Path network, List<SavedStage> before) {
  private static final String PIPELINE = "org.apache.spark.ml.PipelineModel";

  private static final Set<String> NETWORKS =
      Set.of(
          "io.kindling.model.NetworkClassificationModel",
          "io.kindling.model.NetworkRegressionModel");

  /** Only makes a text of the predicted class, which a prediction has anyway. */
  private static final String INDEX_TO_STRING = "org.apache.spark.ml.feature.IndexToString";

  /**
   * Looks at what lies in a folder: a network, or a pipeline with one.
   *
   * @throws KindlingException if it is neither, or has stages behind the network
   */
  static SavedPipeline read(Path folder) throws IOException {
    List<SavedStage> stages = new ArrayList<>();
    add(folder, stages);
    SavedStage network = null;
    List<SavedStage> before = new ArrayList<>();
    for (SavedStage stage : stages) {
      if (NETWORKS.contains(stage.className())) {
        if (network != null) {
          throw new KindlingException(
              "Cannot load the model %s: it is a pipeline of more than one network"
                  .formatted(folder));
        }
        network = stage;
      } else if (network == null) {
        before.add(stage);
      } else if (!stage.className().equals(INDEX_TO_STRING)) {
        throw new KindlingException(
            "Cannot load the model %s without Spark: its %s runs behind the network; score with Spark, or save the pipeline without it"
                .formatted(folder, stage.simpleName()));
      }
    }
    if (network == null) {
      throw new KindlingException(
          "Cannot load the model %s: there is no network in it".formatted(folder));
    }
    requireChain(folder, before, network);
    return new SavedPipeline(network.folder(), before);
  }

  private static void add(Path folder, List<SavedStage> stages) throws IOException {
    SavedStage stage = SavedStage.read(folder);
    if (!stage.className().equals(PIPELINE)) {
      stages.add(stage);
      return;
    }
    int index = 0;
    int count = stage.metadata().path("paramMap").path("stageUids").size();
    int digits = Integer.toString(count).length();
    for (var uid : stage.metadata().path("paramMap").path("stageUids")) {
      // As Spark names them; a uid that is a path is no uid.
      String name = uid.asText();
      if (!name.matches("[\\w.-]+") || name.startsWith(".")) {
        throw new KindlingException(
            "Cannot load the model %s: it names a stage '%s'".formatted(folder, name));
      }
      String numbered = String.format("%0" + digits + "d_%s", index, name);
      add(folder.resolve("stages").resolve(numbered), stages);
      index++;
    }
  }

  /** Each stage must take what the one before it gives. */
  private static void requireChain(Path folder, List<SavedStage> before, SavedStage network) {
    String given = null;
    for (SavedStage stage : before) {
      requireSame(folder, stage, stage.text("inputCol"), given);
      given = stage.text("outputCol");
    }
    requireSame(folder, network, network.text("featuresCol"), given);
  }

  private static void requireSame(Path folder, SavedStage stage, String taken, String given) {
    if (given != null && !given.equals(taken)) {
      throw new KindlingException(
          "Cannot load the model %s without Spark: its %s takes the column %s, but the stage before it gives %s; score with Spark"
              .formatted(folder, stage.simpleName(), taken, given));
    }
  }
}
