/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.Target;
import java.util.List;

/**
 * A trained network that another is made of.
 *
 * @param path where it lies, for messages
 * @param configuration DL4J's JSON of either kind
 * @param params flat, in the order of DL4J's {@code params()}
 * @param input what it takes; null where the file does not say
 * @param target what it predicts; null likewise
 * @param labels class names; null likewise
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is read, never compared
public record PretrainedModel(
    String path,
    String configuration,
    float[] params,
    InputSpec input,
    Target target,
    List<String> labels) {
  /** What a saved model holds. */
  public static PretrainedModel of(String path, NetworkArtifact artifact) {
    return new PretrainedModel(
        path,
        artifact.configuration(),
        artifact.params(),
        artifact.input(),
        artifact.target(),
        artifact.labels());
  }

  /** The same where class names are not known: a head is kept by the number of classes. */
  public PretrainedModel withoutLabels() {
    return new PretrainedModel(path, configuration, params, input, target, null);
  }

  /**
   * What the network takes: as the model knows it, so that training and scoring cannot differ.
   *
   * @param found what the training set has
   * @throws KindlingException if that is something else
   */
  public InputSpec inputFor(InputSpec found) {
    if (input == null) {
      return found;
    }
    boolean same =
        input.kind() == found.kind()
            && input.channels() == found.channels()
            && input.height() == found.height()
            && input.width() == found.width()
            && input.vocabulary() == found.vocabulary();
    if (!same) {
      throw refused("it takes %s, the training set has %s".formatted(input, found));
    }
    return input;
  }

  KindlingException refused(String reason) {
    return refused(path, reason, null);
  }

  /** What an error says of a model that cannot be started from. */
  public static KindlingException refused(String path, String reason, Exception cause) {
    return new KindlingException(
        "Cannot start from the model %s (network.model): %s".formatted(path, reason), cause);
  }
}
