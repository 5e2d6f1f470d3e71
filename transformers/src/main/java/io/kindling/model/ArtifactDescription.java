/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.model.NetworkConfiguration.InputLayer;
import java.util.List;

/**
 * What {@code model.json} holds.
 *
 * @param labels class names; null where the network predicts a number
 * @param classification what the outputs mean; null where the network predicts a number, and in
 *     models of the first versions, which all ended in softmax
 * @param number what that is; null where it predicts a class
 * @param card where the model comes from; null where that is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ArtifactDescription(
    InputSpec input,
    List<String> labels,
    ClassTarget classification,
    NumberTarget number,
    int iterations,
    int epochs,
    ModelCard card) {
  static final String FILE = "model.json";

  static ArtifactDescription of(NetworkArtifact artifact) {
    NumberTarget number = artifact.target() instanceof NumberTarget found ? found : null;
    return new ArtifactDescription(
        artifact.input(),
        number == null ? artifact.labels() : null,
        artifact.target() instanceof ClassTarget classes ? classes : null,
        number,
        artifact.iterations(),
        artifact.epochs(),
        artifact.card().isEmpty() ? null : artifact.card());
  }

  /**
   * What it says of a network.
   *
   * @throws KindlingException if it says too little, or what does not go together
   */
  NetworkArtifact with(SavedNetwork network) {
    require(input != null && input.kind() != null, "it does not tell the network's input");
    require(number != null || labels != null, "it tells neither classes nor a number");
    require(
        number == null || (labels == null && classification == null),
        "it tells both classes and a number");
    require(iterations >= 0 && epochs >= 0, "it tells less than no training");
    Target target = target();
    if (target instanceof ClassTarget classes && classes.classes() != labels.size()) {
      throw new KindlingException(
          "it has %d labels of %d classes".formatted(labels.size(), classes.classes()));
    }
    target.check(network.configuration());
    for (InputLayer first : network.configuration().inputLayers()) {
      String misfit = first.misfit(input);
      require(misfit == null, misfit);
    }
    return new NetworkArtifact(
        network.configuration().toJson(),
        network.params(),
        network.updaterState(),
        input,
        target,
        labels == null ? List.of() : labels,
        iterations,
        epochs,
        card);
  }

  private static void require(boolean so, String reason) {
    if (!so) {
      throw new KindlingException(reason);
    }
  }

  private Target target() {
    if (number != null) {
      return number;
    }
    return classification == null ? new ClassTarget(labels.size()) : classification;
  }
}
