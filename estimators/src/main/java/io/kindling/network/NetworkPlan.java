/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.data.Nearest;
import io.kindling.input.InputSpec;
import io.kindling.model.NetworkConfiguration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;

/**
 * A network's layers with what flows between them: each is checked against what reaches it as it is
 * added. It becomes a list where each layer takes from the one before, else a graph.
 */
final class NetworkPlan {
  static final String INPUT = "input";
  static final String OUTPUT = "output";

  private final Flow input;
  private final Set<String> taken;
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  /** Names of vertices that stand for a part of a layer. */
  private final Set<String> ofParts = new HashSet<>();

  private final Map<String, Integer> ofType = new HashMap<>();
  private String latest = INPUT;

  /**
   * A layer in its place.
   *
   * @param described for messages
   * @param inputs names of nodes, or of the network's input
   * @param out what flows out of it
   * @param told what DL4J takes that for; pooling over all steps gives rows, which 1.0.0-M2.1 goes
   *     on to describe as sequences
   */
  private record Node(
      String described, Piece piece, List<String> inputs, Flow out, InputType told) {}

  NetworkPlan(InputSpec input) {
    this(Flow.of(input), Set.of());
  }

  /**
   * A part of a network.
   *
   * @param input what reaches it
   * @param taken names that its layers cannot have
   */
  NetworkPlan(Flow input, Set<String> taken) {
    this.input = input;
    this.taken = Set.copyOf(taken);
  }

  /**
   * Adds a layer.
   *
   * @throws KindlingException naming it, if it does not fit
   */
  void add(LayerSpec spec, int place) {
    LayerTypes.check(spec, place);
    LayerSettings layer = new LayerSettings(spec, place);
    String name = name(layer);
    List<String> inputs = spec.inputs().isEmpty() ? List.of(latest) : spec.inputs();
    inputs.forEach(from -> requireKnown(layer, from));
    LayerType type = LayerTypes.of(spec);
    if (type.joins() ? inputs.size() < 2 : inputs.size() != 1) {
      throw layer.error(
          type.joins()
              ? "needs the names of two or more layers, such as {%s {inputs = [a, b]}}"
                  .formatted(spec.type())
              : "takes one input, but has %d; join them first by add or concatenate"
                  .formatted(inputs.size()));
    }
    List<Flow> in = inputs.stream().map(this::flow).toList();
    Piece piece = type.maker().make(layer, in);
    if (piece instanceof Piece.LastStep) {
      piece = lastStepOf(layer, inputs.get(0));
      inputs = nodes.remove(inputs.get(0)).inputs();
      in = inputs.stream().map(this::flow).toList();
    }
    if (piece instanceof Piece.BothWays) {
      for (String part : List.of(forward(name), turned(name), backward(name))) {
        requireFree(layer, part);
        ofParts.add(part);
      }
    }
    List<InputType> told = inputs.stream().map(this::told).toList();
    Flow out = out(layer, piece, in);
    nodes.put(name, new Node(layer.described(), piece, inputs, out, told(piece, told, out)));
    latest = name;
  }

  private static boolean isGlobalPooling(Piece piece) {
    return piece instanceof Piece.One one && one.layer() instanceof GlobalPoolingLayer;
  }

  private String name(LayerSettings layer) {
    LayerSpec spec = layer.spec();
    int number = ofType.merge(spec.type(), 1, Integer::sum);
    String name = spec.name() == null ? spec.type() + "-" + number : spec.name();
    while (spec.name() == null && taken.contains(name)) {
      number = ofType.merge(spec.type(), 1, Integer::sum);
      name = spec.type() + "-" + number;
    }
    requireFree(layer, name);
    return name;
  }

  private void requireFree(LayerSettings layer, String name) {
    if (taken.contains(name)
        || nodes.containsKey(name)
        || ofParts.contains(name)
        || name.equals(INPUT)
        || name.equals(OUTPUT)) {
      throw layer.error("has the name '%s', which another has; give it its own".formatted(name));
    }
  }

  private void requireKnown(LayerSettings layer, String from) {
    if (!from.equals(INPUT) && !nodes.containsKey(from)) {
      Set<String> known = new HashSet<>(nodes.keySet());
      known.add(INPUT);
      throw layer.error(
          "takes from '%s', which is no layer before it; the nearest name is '%s'"
              .formatted(from, Nearest.of(from, known)));
    }
  }

  private Flow flow(String name) {
    return name.equals(INPUT) ? input : nodes.get(name).out();
  }

  private InputType told(String name) {
    return name.equals(INPUT) ? input.type() : nodes.get(name).told();
  }

  private static InputType told(Piece piece, List<InputType> in, Flow out) {
    if (isGlobalPooling(piece)) {
      return in.get(0).getType() == InputType.Type.RNN ? in.get(0) : out.type();
    }
    if (piece instanceof Piece.Joining joining) {
      return joining.vertex().getOutputType(0, in.toArray(InputType[]::new));
    }
    return piece instanceof Piece.Reshaping reshaping && reshaping.preProcessor() == null
        ? in.get(0)
        : out.type();
  }

  /** Whether rows that a node gives are taken for sequences. */
  private boolean isMistaken(String name) {
    return flow(name).is(FlowKind.ROW) && told(name).getType() == InputType.Type.RNN;
  }

  private Piece lastStepOf(LayerSettings layer, String below) {
    boolean taken = nodes.values().stream().anyMatch(node -> node.inputs().contains(below));
    if (!taken
        && nodes.get(below) != null
        && nodes.get(below).piece() instanceof Piece.One recurrent
        && (recurrent.layer() instanceof BaseRecurrentLayer
            || recurrent.layer() instanceof Bidirectional)) {
      return new Piece.One(new LastTimeStep(recurrent.layer()));
    }
    throw layer.error(
        "goes right behind a layer lstm, simple-rnn or bidirectional that no other layer takes from");
  }

  private static Flow out(LayerSettings layer, Piece piece, List<Flow> in) {
    InputType[] types = in.stream().map(Flow::type).toArray(InputType[]::new);
    try {
      if (piece instanceof Piece.One one) {
        Flow out = Flow.of(out(one.layer(), types[0]));
        if (isGlobalPooling(piece)) {
          return Flow.row(out.units());
        }
        boolean anySteps = in.get(0).is(FlowKind.TOKENS) || in.get(0).first() < 0;
        return out.is(FlowKind.STEPS) && anySteps
            ? Flow.anySteps(out.units(), in.get(0).count().behind(one.layer()))
            : out;
      }
      if (piece instanceof Piece.Reshaping reshaping) {
        return reshaping.preProcessor() == null
            ? in.get(0)
            : Flow.of(reshaping.preProcessor().getOutputType(types[0]));
      }
      if (piece instanceof Piece.BothWays both) {
        return Flow.of(
            both.merge()
                .getOutputType(0, out(both.forward(), types[0]), out(both.backward(), types[0])));
      }
      Flow out = Flow.of(((Piece.Joining) piece).vertex().getOutputType(0, types));
      return new Flow(out.kind(), out.sizes(), in.get(0).count());
    } catch (RuntimeException e) { // DL4J has many types for one thing: it does not fit
      throw new KindlingException(
          layer.error("cannot take %s: %s".formatted(in, firstLine(e))).getMessage(), e);
    }
  }

  static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  private static InputType out(Layer layer, InputType in) {
    InputPreProcessor before = layer.getPreProcessorForInputType(in);
    InputType reaching = before == null ? in : before.getOutputType(in);
    layer.setNIn(reaching, false);
    return layer.getOutputType(0, reaching);
  }

  /**
   * Adds the output layer.
   *
   * @throws KindlingException if what flows out of the last layer does not fit it, or another layer
   *     leads nowhere
   */
  void end(Head head) {
    Set<String> taken = new HashSet<>();
    nodes.values().forEach(node -> taken.addAll(node.inputs()));
    List<String> ends = nodes.keySet().stream().filter(name -> !taken.contains(name)).toList();
    if (ends.size() > 1) {
      throw new KindlingException(
          "Cannot build the network: it has %d outputs, %s, of which no layer takes; join them by add or concatenate, or remove all but one"
              .formatted(
                  ends.size(),
                  String.join(
                      " and ", ends.stream().map(end -> nodes.get(end).described()).toList())));
    }
    Flow out = flow(latest);
    if (!out.is(FlowKind.ROW)) {
      throw new KindlingException(
          "Cannot build the network: %s gives %s to the output layer, which takes rows of values; %s"
              .formatted(
                  latest.equals(INPUT) ? "the input" : nodes.get(latest).described(),
                  out,
                  switch (out.kind()) {
                    case IMAGE -> "end with flatten or global-average-pooling2d";
                    case TOKENS -> "end with an embedding and global-average-pooling1d or an lstm";
                    default ->
                        "end with global-max-pooling1d, global-average-pooling1d or last-step, or a recurrent layer with return-sequences = false";
                  }));
    }
    nodes.put(
        OUTPUT,
        new Node(
            "the output layer", new Piece.One(head.layer()), List.of(latest), out, out.type()));
  }

  boolean isList() {
    String before = INPUT;
    for (Map.Entry<String, Node> entry : nodes.entrySet()) {
      Piece piece = entry.getValue().piece();
      if (piece instanceof Piece.BothWays
          || piece instanceof Piece.Joining
          || !entry.getValue().inputs().equals(List.of(before))) {
        return false;
      }
      before = entry.getKey();
    }
    return true;
  }

  MultiLayerConfiguration list(NeuralNetConfiguration.Builder settings) {
    keepDecay(settings);
    NeuralNetConfiguration.ListBuilder list = settings.list();
    InputPreProcessor before = null;
    int index = 0;
    for (Map.Entry<String, Node> entry : nodes.entrySet()) {
      if (entry.getValue().piece() instanceof Piece.Reshaping reshaping) {
        before = composed(before, reshaping.preProcessor());
        continue;
      }
      Layer layer = ((Piece.One) entry.getValue().piece()).layer();
      layer.setLayerName(entry.getKey());
      list.layer(layer);
      if (before == null && isMistaken(entry.getValue().inputs().get(0))) {
        before = new RnnToFeedForwardPreProcessor();
      }
      if (before != null) {
        list.inputPreProcessor(index, before);
        before = null;
      }
      index++;
    }
    list.setInputType(input.type());
    return list.build();
  }

  private void keepDecay(NeuralNetConfiguration.Builder settings) {
    for (Node node : nodes.values()) {
      if (node.piece() instanceof Piece.One one) {
        LayerTraining.keepDecay(one.layer(), settings.getRegularization());
      } else if (node.piece() instanceof Piece.BothWays both) {
        LayerTraining.keepDecay(both.forward(), settings.getRegularization());
        LayerTraining.keepDecay(both.backward(), settings.getRegularization());
      }
    }
  }

  private static InputPreProcessor composed(InputPreProcessor first, InputPreProcessor second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return new ComposableInputPreProcessor(first, second);
  }

  NetworkConfiguration configuration(NeuralNetConfiguration.Builder settings) {
    if (isList()) {
      return NetworkConfiguration.of(list(settings));
    }
    keepDecay(settings);
    GraphBuilder graph = settings.graphBuilder().addInputs(INPUT).setInputTypes(input.type());
    // Where what a node gives is found in the graph.
    Map<String, String> outputs = new HashMap<>(Map.of(INPUT, INPUT));
    nodes.forEach(
        (name, node) ->
            outputs.put(
                name, add(graph, name, node, node.inputs().stream().map(outputs::get).toList())));
    return NetworkConfiguration.of(graph.setOutputs(outputs.get(OUTPUT)).build());
  }

  private static String forward(String name) {
    return name + "-forward";
  }

  private static String turned(String name) {
    return name + "-turned";
  }

  private static String backward(String name) {
    return name + "-backward";
  }

  /** Adds a node, and returns the name of the vertex that gives its output. */
  private String add(GraphBuilder graph, String name, Node node, List<String> inputs) {
    if (node.piece() instanceof Piece.One one) {
      if (isMistaken(node.inputs().get(0))) {
        graph.addLayer(name, one.layer(), new RnnToFeedForwardPreProcessor(), inputs.get(0));
      } else {
        graph.addLayer(name, one.layer(), inputs.get(0));
      }
      return name;
    }
    if (node.piece() instanceof Piece.Reshaping reshaping) {
      if (reshaping.preProcessor() == null) {
        return inputs.get(0);
      }
      graph.addVertex(name, new PreprocessorVertex(reshaping.preProcessor()), inputs.get(0));
      return name;
    }
    if (node.piece() instanceof Piece.BothWays both) {
      graph
          .addLayer(forward(name), both.forward(), inputs.get(0))
          .addVertex(turned(name), new ReverseTimeSeriesVertex(INPUT), inputs.get(0))
          .addLayer(backward(name), both.backward(), turned(name))
          .addVertex(name, both.merge(), forward(name), backward(name));
      return name;
    }
    graph.addVertex(name, ((Piece.Joining) node.piece()).vertex(), inputs.toArray(String[]::new));
    return name;
  }
}
