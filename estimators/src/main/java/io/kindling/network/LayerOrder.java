/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;

/** What flows from layer to layer, so that a layer in a wrong place is named. */
final class LayerOrder {
  /** What a layer takes or gives for one example. */
  enum Flow {
    IMAGE("images"),
    ROW("rows of values"),
    TOKENS("token ids"),
    STEPS("sequences of steps");

    private final String name;

    Flow(String name) {
      this.name = name;
    }
  }

  private Flow flow;
  private String source;
  private int place;

  LayerOrder(InputSpec input) {
    this.flow =
        switch (input.kind()) {
          case IMAGE -> Flow.IMAGE;
          case VECTOR -> Flow.ROW;
          case TOKENS -> Flow.TOKENS;
          case SEQUENCE -> Flow.STEPS;
        };
    this.source = "the input";
  }

  /**
   * Lets the next layer by.
   *
   * @return its place, from 1 on
   * @throws KindlingException if it does not take what the layer before gives
   */
  int next(LayerSpec layer) {
    place++;
    String type = layer.type();
    switch (type) {
      case "conv", "max-pool", "average-pool" -> require(layer, flow == Flow.IMAGE, Flow.IMAGE, "");
      case "embedding" -> {
        require(layer, flow == Flow.TOKENS, Flow.TOKENS, "");
        flow = Flow.STEPS;
      }
      case "lstm", "simple-rnn" -> recurrent(layer, layer);
      case "bidirectional" -> recurrent(layer, layer.layer("layer"));
      case "conv1d", "max-pool-1d", "average-pool-1d", "self-attention" -> steps(layer);
      case "last-step" -> {
        steps(layer);
        flow = Flow.ROW;
      }
      case "global-max-pool", "global-average-pool" -> {
        if (flow != Flow.IMAGE) {
          steps(layer);
        }
        flow = Flow.ROW;
      }
      case "dense" -> {
        require(
            layer,
            flow == Flow.IMAGE || flow == Flow.ROW,
            Flow.ROW,
            "; put global-max-pool, global-average-pool or last-step before it");
        flow = Flow.ROW;
      }
      case "batch-norm" ->
          require(
              layer,
              flow == Flow.IMAGE || flow == Flow.ROW,
              Flow.ROW,
              ", whose padding would be measured, too; put it behind the pooling");
      case "dropout" -> require(layer, flow != Flow.TOKENS, Flow.STEPS, "; put an embedding first");
      default -> throw new IllegalStateException("LayerSpec lets no type " + type + " by");
    }
    source = "layer %d (%s)".formatted(place, type);
    return place;
  }

  private void recurrent(LayerSpec layer, LayerSpec inner) {
    steps(layer);
    if (!inner.flag("return-sequences", false)) {
      flow = Flow.ROW;
    }
  }

  private void steps(LayerSpec layer) {
    require(
        layer,
        flow == Flow.STEPS,
        Flow.STEPS,
        flow == Flow.TOKENS
            ? "; put an embedding first"
            : flow == Flow.ROW && place > 1
                ? "; where that is a recurrent layer, set its return-sequences = true"
                : "");
  }

  private void require(LayerSpec layer, boolean fits, Flow wanted, String wayOut) {
    if (!fits) {
      throw new KindlingException(
          "Cannot build the network: layer %d (%s) takes %s, but %s gives %s%s"
              .formatted(place, layer.type(), wanted.name, source, flow.name, wayOut));
    }
  }

  /**
   * @throws KindlingException if what flows out of the last layer does not fit an output layer
   */
  void end() {
    if (flow == Flow.TOKENS || flow == Flow.STEPS) {
      throw new KindlingException(
          "Cannot build the network: %s gives %s to the output layer, which takes rows of values; end with %sglobal-max-pool, global-average-pool or last-step, or a recurrent layer with return-sequences = false"
              .formatted(source, flow.name, flow == Flow.TOKENS ? "an embedding and " : ""));
    }
  }
}
