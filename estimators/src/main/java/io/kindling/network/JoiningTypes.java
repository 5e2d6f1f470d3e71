/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;

/** What makes one of several layers' outputs: residual and branching networks. */
final class JoiningTypes {
  static final Map<String, LayerType> ALL =
      Map.of(
          "add", elementWise(ElementWiseVertex.Op.Add),
          "subtract", elementWise(ElementWiseVertex.Op.Subtract),
          "multiply", elementWise(ElementWiseVertex.Op.Product),
          "average", elementWise(ElementWiseVertex.Op.Average),
          "maximum", elementWise(ElementWiseVertex.Op.Max),
          "concatenate", LayerType.joining(JoiningTypes::concatenate));

  private JoiningTypes() {}

  private static LayerType elementWise(ElementWiseVertex.Op op) {
    return LayerType.joining(
        (layer, in) -> {
          requireValues(layer, in);
          for (Flow other : in) {
            if (!other.equals(in.get(0))) {
              throw layer.error(
                  "takes inputs of one shape, but %s and %s reach it; bring one to the other's shape first, for example by a %s"
                      .formatted(
                          in.get(0),
                          other,
                          other.is(FlowKind.STEPS)
                              ? "conv1d with padding = same"
                              : "conv2d with kernel-size = 1"));
            }
          }
          if (op == ElementWiseVertex.Op.Subtract && in.size() != 2) {
            throw layer.error("takes two inputs, but %d reach it".formatted(in.size()));
          }
          return new Piece.Joining(new ElementWiseVertex(op));
        });
  }

  private static Piece concatenate(LayerSettings layer, List<Flow> in) {
    requireValues(layer, in);
    for (Flow other : in) {
      if (!alongUnits(other).equals(alongUnits(in.get(0)))) {
        throw layer.error(
            "takes inputs that differ in their last size only, but %s and %s reach it"
                .formatted(in.get(0), other));
      }
    }
    return new Piece.Joining(new MergeVertex());
  }

  private static Flow alongUnits(Flow flow) {
    List<Long> sizes = flow.sizes();
    return new Flow(flow.kind(), sizes.subList(0, sizes.size() - 1), flow.count());
  }

  private static void requireValues(LayerSettings layer, List<Flow> in) {
    for (Flow flow : in) {
      layer.require(
          !flow.is(FlowKind.TOKENS), flow, "images, rows or sequences", "; put an embedding first");
    }
  }
}
