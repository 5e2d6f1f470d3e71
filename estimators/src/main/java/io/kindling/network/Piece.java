/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;

/** What a layer of a definition becomes in DL4J. */
sealed interface Piece {
  /** One layer. */
  record One(Layer layer) implements Piece {}

  /** Another order of the values, without parameters. */
  record Reshaping(InputPreProcessor preProcessor) implements Piece {}

  /** What makes one of several inputs. */
  record Joining(GraphVertex vertex) implements Piece {}

  /** Two layers, of which the second reads sequences from their end, and what joins them. */
  record BothWays(Layer forward, Layer backward, GraphVertex merge) implements Piece {}

  /** The last step of the recurrent layer before. */
  record LastStep() implements Piece {}
}
