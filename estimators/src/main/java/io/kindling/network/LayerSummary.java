/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.List;

/**
 * One line of a {@link NetworkSummary}.
 *
 * @param name the layer's, or its place in a list of layers without names
 * @param type Keras' name of the layer, or Deeplearning4j's where Keras has none
 * @param outputShape of one example, without the batch, in Keras' order: {@code [height, width,
 *     channels]}, {@code [steps, units]} or {@code [units]}
 * @param params all, running means and variances among them
 * @param trainableParams those that training changes by gradients
 * @param multiplyAddsPerExample of weights with values in a forward pass: convolutions, dense and
 *     recurrent layers, attention; what is done to each element alone is not counted
 * @param connectedTo what a graph's layer takes from; empty in a list
 */
public record LayerSummary(
    String name,
    String type,
    List<Long> outputShape,
    long params,
    long trainableParams,
    long multiplyAddsPerExample,
    List<String> connectedTo) {
  public LayerSummary {
    outputShape = List.copyOf(outputShape);
    connectedTo = List.copyOf(connectedTo);
  }

  /** Values of one example that flow out of it. */
  public long values() {
    return outputShape.stream().reduce(1L, Math::multiplyExact);
  }
}
