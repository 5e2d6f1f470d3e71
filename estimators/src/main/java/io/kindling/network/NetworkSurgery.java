/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.data.Nearest;
import io.kindling.input.InputSpec;
import io.kindling.model.ClassTarget;
import io.kindling.model.Loss;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.OutputLayers;
import io.kindling.model.ParamSpan;
import io.kindling.runtime.NativeMemory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes a network of a trained one: layers up to one stay as they are, layers behind one give way
 * to others. Layers that stay in use keep their parameters, those that train get the training's
 * optimizer, penalties and limits on gradients.
 */
public final class NetworkSurgery {
  private static final int STEPS = 7;

  private final PretrainedModel model;
  private final PretrainedNetwork wanted;
  private final InputSpec input;
  private final NetworkParts parts;
  private final String output;

  private NetworkSurgery(PretrainedModel model, PretrainedNetwork wanted, InputSpec input) {
    this.model = model;
    this.wanted = wanted;
    this.input = input;
    this.parts = NetworkParts.of(NetworkConfiguration.parse(model.configuration()));
    this.output = parts.output();
  }

  /**
   * What comes of it.
   *
   * @param configuration the new network
   * @param kept the layers that the trained one's parameters go to
   */
  public record Result(NetworkConfiguration configuration, Set<String> kept) {
    /**
     * Puts the trained parameters in their new places.
     *
     * @param from the trained network
     * @param fresh parameters of the new network, which are changed
     */
    public void copy(PretrainedModel from, float[] fresh) {
      Map<String, ParamSpan> before = spans(NetworkConfiguration.parse(from.configuration()));
      Map<String, ParamSpan> after = spans(NetworkConfiguration.parse(configuration.toJson()));
      for (String name : kept) {
        ParamSpan source = before.get(name);
        ParamSpan place = after.get(name);
        if (source != null && source.to() > source.from()) {
          if (source.to() - source.from() != place.to() - place.from()) {
            throw from.refused(
                "its layer %s has %d parameters, here %d"
                    .formatted(name, source.to() - source.from(), place.to() - place.from()));
          }
          System.arraycopy(
              from.params(), source.from(), fresh, place.from(), source.to() - source.from());
        }
      }
    }

    private static Map<String, ParamSpan> spans(NetworkConfiguration configuration) {
      try (Network network = NativeMemory.within("train", configuration::build)) {
        return network.spans();
      }
    }
  }

  /**
   * Operates.
   *
   * @param input what the network takes
   * @param head what the labels ask of an output layer
   * @param labels class names; empty where a number is predicted
   * @param optimizer of the layers that train
   * @param clipping likewise
   * @throws KindlingException if there is no such layer, the classes are others and no new head is
   *     wanted, the layers do not fit, or nothing is left to train
   */
  public static Result operate(
      PretrainedModel model,
      PretrainedNetwork wanted,
      InputSpec input,
      Head head,
      List<String> labels,
      OptimizerSpec optimizer,
      GradientClipping clipping,
      long seed) {
    NetworkSurgery surgery = new NetworkSurgery(model, wanted, input);
    return surgery.operate(head, labels, () -> NetworkBuilder.settings(optimizer, clipping, seed));
  }

  /** DL4J's settings of all layers, made anew at each use. */
  private interface Settings {
    NeuralNetConfiguration.Builder make();
  }

  private Result operate(Head head, List<String> labels, Settings settings) {
    Set<String> names = parts.names();
    requireKnown("freeze-up-to", wanted.freezeUpTo(), names);
    requireKnown("cut-behind", wanted.cutBehind(), names);
    parts.unfreeze();
    OutputLayer trained = template(head, settings);
    Set<String> kept = wanted.replacesHead() ? replaceHead(head, settings) : keepHead(head, labels);
    // Layers that were added have theirs already, perhaps a penalty of their own.
    parts
        .layers()
        .forEach(
            (name, vertex) -> {
              if (kept.contains(name)) {
                setTraining(vertex, trained);
              }
            });
    freeze(kept);
    NetworkConfiguration configuration = parts.configuration();
    return new Result(configuration, kept);
  }

  private void requireKnown(String key, String name, Set<String> names) {
    if (name != null && !names.contains(name)) {
      throw model.refused(
          "it has no layer '%s' (network.%s); the nearest is '%s', all are %s"
              .formatted(name, key, Nearest.of(name, names), String.join(", ", names)));
    }
  }

  /** Returns the names of what stays. */
  private Set<String> replaceHead(Head head, Settings settings) {
    String cut = wanted.cutBehind() == null ? parts.inputs(output).get(0) : wanted.cutBehind();
    if (cut.equals(output)) {
      throw model.refused(
          "'%s' (network.cut-behind) is its output layer; name a layer before it"
              .formatted(output));
    }
    Flow flow = flow(cut);
    parts.keepUpTo(cut);
    if (wanted.freezeUpTo() != null && !parts.names().contains(wanted.freezeUpTo())) {
      throw model.refused(
          "'%s' (network.freeze-up-to) lies behind the cut, '%s'%s"
              .formatted(
                  wanted.freezeUpTo(),
                  cut,
                  wanted.cutBehind() == null ? "; name a layer before the output layer" : ""));
    }
    Set<String> kept = parts.names();
    NetworkPlan plan = new NetworkPlan(flow, kept);
    for (int i = 0; i < wanted.layers().size(); i++) {
      plan.add(wanted.layers().get(i), i + 1);
    }
    if (wanted.cutBehind() == null && wanted.layers().isEmpty() && flow.is(FlowKind.IMAGE)) {
      // A list has no layer flatten: it went with the output layer.
      plan.add(new LayerSpec("flatten", Map.of()), 1);
    }
    plan.end(head);
    try {
      parts.append(cut, NetworkParts.of(plan.configuration(settings.make())));
    } catch (KindlingException e) {
      throw e;
    } catch (RuntimeException e) { // DL4J has many types for one thing: the layers do not fit
      throw new KindlingException(
          "Cannot build the network behind %s: %s".formatted(cut, NetworkPlan.firstLine(e)), e);
    }
    return kept;
  }

  /** What flows out of a layer, as the trained network shows it. */
  private Flow flow(String name) {
    NetworkConfiguration whole = NetworkConfiguration.parse(model.configuration());
    try (Network network =
        NativeMemory.within("train", () -> whole.build(model.params().clone()))) {
      long[] shape =
          NativeMemory.within(
              "train", () -> network.activation(name, Nd4j.zeros(input.shape(1, STEPS))).shape());
      return switch (shape.length) {
        case 2 -> Flow.row(shape[1]);
        case 3 -> Flow.steps(-1, shape[1]);
        case 4 -> Flow.image(shape[2], shape[3], shape[1]);
        default ->
            throw model.refused(
                "its layer '%s' gives neither rows, steps nor images".formatted(name));
      };
    } catch (KindlingException e) {
      throw e;
    } catch (RuntimeException e) { // DL4J has many types for one thing: the sizes do not fit
      throw model.refused("it does not take %s: %s".formatted(input, NetworkPlan.firstLine(e)));
    }
  }

  private Set<String> keepHead(Head head, List<String> labels) {
    String reason = otherTarget(head, labels);
    if (reason != null) {
      throw model.refused(reason + "; " + wayOut(labels));
    }
    LayerVertex last = parts.layers().get(output);
    if (last != null && last.getLayerConf().getLayer() instanceof OutputLayer own) {
      BaseOutputLayer asked = head.layer();
      own.setActivationFn(asked.getActivationFn());
      own.setLossFn(asked.getLossFn());
    }
    return parts.names();
  }

  private String wayOut(List<String> labels) {
    Loss own = labels.isEmpty() ? null : ownLoss();
    if (own != null && otherTarget(Head.of(new ClassTarget(labels.size(), own)), labels) == null) {
      return "set the loss (training.loss) to " + own;
    }
    return wanted.newHead() == null
        ? "set new-head = true (network.new-head)"
        : "new-head = false (network.new-head) does not fit";
  }

  /** The loss that the model's output layer is made for; null where there is none of classes. */
  private Loss ownLoss() {
    try {
      return OutputLayers.classLoss(NetworkConfiguration.parse(model.configuration()));
    } catch (KindlingException e) {
      return null;
    }
  }

  /** In what the model predicts something else; null where it does not. */
  private String otherTarget(Head head, List<String> labels) {
    if (model.target() != null) {
      if (model.target() instanceof ClassTarget == labels.isEmpty()) {
        return labels.isEmpty()
            ? "it predicts one of classes, this training a number"
            : "it predicts a number, this training one of classes";
      }
      if (model.labels() != null && !model.labels().equals(labels)) {
        return "its classes are %s, the training set's are %s"
            .formatted(shortened(model.labels()), shortened(labels));
      }
    }
    LayerVertex last = parts.layers().get(output);
    if (last == null || !(last.getLayerConf().getLayer() instanceof BaseOutputLayer own)) {
      return "its last layer, %s, is no output layer".formatted(output);
    }
    if (!own.getActivationFn().equals(head.layer().getActivationFn())) {
      return "its output layer's activation is %s, the loss of this training (training.loss) needs %s"
          .formatted(own.getActivationFn(), head.layer().getActivationFn());
    }
    return own.getNOut() == head.units()
        ? null
        : "its output layer has %d units, this training needs %d"
            .formatted(own.getNOut(), head.units());
  }

  private static String shortened(List<String> labels) {
    String text = labels.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  /** An output layer with all that the training sets on layers. */
  private static OutputLayer template(Head head, Settings settings) {
    NetworkPlan plan = new NetworkPlan(Flow.row(1), Set.of());
    plan.end(head);
    return (OutputLayer) plan.list(settings.make()).getConf(0).getLayer();
  }

  private static void setTraining(LayerVertex vertex, BaseLayer trained) {
    NeuralNetConfiguration conf = vertex.getLayerConf();
    conf.setIterationCount(0);
    conf.setEpochCount(0);
    LayerTraining.set(conf.getLayer(), trained);
  }

  private void freeze(Set<String> kept) {
    Set<String> frozen = wanted.freezeUpTo() == null ? Set.of() : parts.upTo(wanted.freezeUpTo());
    boolean trains = false;
    for (Map.Entry<String, LayerVertex> entry : parts.layers().entrySet()) {
      NeuralNetConfiguration conf = entry.getValue().getLayerConf();
      Layer layer = conf.getLayer();
      if (frozen.contains(entry.getKey()) && kept.contains(entry.getKey())) {
        FrozenLayer whole = new FrozenLayer(layer);
        whole.setLayerName(layer.getLayerName());
        conf.setLayer(whole);
      } else {
        trains |= layer.initializer().numParams(conf) > 0;
      }
    }
    if (!trains) {
      throw model.refused(
          "nothing is left to train behind '%s' (network.freeze-up-to); name a layer before it, or set new-head = true"
              .formatted(wanted.freezeUpTo()));
    }
  }
}
