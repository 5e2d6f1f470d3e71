/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.input.InputSpec;
import java.io.Serializable;
import java.util.List;

/**
 * A trained network as a value: all that a saved model holds, and what travels to the executors
 * that score with it.
 *
 * @param configuration the network's configuration, DL4J's JSON of either kind
 * @param params its parameters, flat, in the order of DL4J's {@code params()}
 * @param updaterState the optimizer's state, flat; empty where it has none
 * @param input what it takes
 * @param target what it predicts
 * @param labels class names in the order of the output layer's units; empty where it predicts a
 *     number
 * @param iterations minibatches that it was trained on, as its learning-rate schedule counts them
 * @param epochs likewise
 * @param card where it comes from; {@link ModelCard#NONE} where that is not known
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is moved, never compared
public record NetworkArtifact(
    String configuration,
    float[] params,
    float[] updaterState,
    InputSpec input,
    Target target,
    List<String> labels,
    int iterations,
    int epochs,
    ModelCard card)
    implements Serializable {

  public NetworkArtifact {
    labels = List.copyOf(labels);
    card = card == null ? ModelCard.NONE : card;
  }

  /** A network of which nothing is known but itself. */
  public NetworkArtifact(
      String configuration,
      float[] params,
      float[] updaterState,
      InputSpec input,
      Target target,
      List<String> labels,
      int iterations,
      int epochs) {
    this(
        configuration,
        params,
        updaterState,
        input,
        target,
        labels,
        iterations,
        epochs,
        ModelCard.NONE);
  }

  /** A classification network. */
  public NetworkArtifact(
      String configuration,
      float[] params,
      float[] updaterState,
      InputSpec input,
      List<String> labels,
      int iterations,
      int epochs) {
    this(
        configuration,
        params,
        updaterState,
        input,
        new ClassTarget(labels.size()),
        labels,
        iterations,
        epochs);
  }

  /** The configuration, parsed. */
  NetworkConfiguration parsedConfiguration() {
    return NetworkConfiguration.parse(configuration);
  }
}
