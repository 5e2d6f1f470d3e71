/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.replacement;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/** Puts layers into the place of others in a network that is built. */
public final class LayerReplacement {
  private LayerReplacement() {}

  /**
   * A layer to take another's place, or that itself.
   *
   * @param count how many were replaced in it
   */
  public record Result(Layer layer, int count) {}

  /** Says what takes a layer's place. */
  public interface Rule {
    Result replace(Layer layer) throws ReflectiveOperationException;
  }

  /**
   * Replaces what a rule replaces.
   *
   * @param model an initialised {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return how many layers were replaced
   */
  public static int install(Model model, Rule rule) throws ReflectiveOperationException {
    return model instanceof ComputationGraph graph
        ? installInGraph(graph, rule)
        : installInList((MultiLayerNetwork) model, rule);
  }

  private static int installInList(MultiLayerNetwork network, Rule rule)
      throws ReflectiveOperationException {
    Layer[] layers = network.getLayers();
    int count = 0;
    for (int i = 0; i < layers.length; i++) {
      Result result = rule.replace(layers[i]);
      if (result.layer() != layers[i]) {
        Layer old = layers[i];
        layers[i] = result.layer();
        byName(network).replaceAll((name, layer) -> layer == old ? result.layer() : layer);
      }
      count += result.count();
    }
    return count;
  }

  private static int installInGraph(ComputationGraph graph, Rule rule)
      throws ReflectiveOperationException {
    Layer[] layers = graph.getLayers();
    int count = 0;
    for (GraphVertex vertex : graph.getVertices()) {
      if (vertex instanceof LayerVertex holder) {
        Layer old = holder.getLayer();
        Result result = rule.replace(old);
        if (result.layer() != old) {
          holder.setLayer(result.layer());
          for (int i = 0; i < layers.length; i++) {
            layers[i] = layers[i] == old ? result.layer() : layers[i];
          }
        }
        count += result.count();
      }
    }
    return count;
  }

  /** What the old layer knows the new one, of a subclass, knows then, too. */
  public static <L extends Layer> L copy(Layer from, L to) throws ReflectiveOperationException {
    for (Class<?> type = from.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          field.set(to, field.get(from));
        }
      }
    }
    return to;
  }

  /** Whether a layer has parameters, all of them floats. */
  public static boolean isFloat(Layer layer) {
    return layer.params() != null && layer.params().dataType() == DataType.FLOAT;
  }

  /** A field without accessors in 1.0.0-M2.1. */
  public static Field field(Class<?> type, String name) throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Layer> byName(MultiLayerNetwork network)
      throws ReflectiveOperationException {
    return (Map<String, Layer>) field(MultiLayerNetwork.class, "layerMap").get(network);
  }
}
