/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitVarScalingUniformFanIn;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/** How a layer's weights and biases start, are penalised and kept in bounds: Keras' settings. */
final class WeightSettings {
  /** The settings that every layer with weights has. */
  static final List<String> ALL =
      List.of(
          "kernel-initializer",
          "bias-initializer",
          "kernel-regularizer",
          "bias-regularizer",
          "kernel-constraint");

  private static final String REGULARIZER = "{l1 = 0.01, l2 = 0.01}, or one of the two";
  private static final String CONSTRAINT = "{max-norm = 2}, non-neg or unit-norm";

  private static final Map<String, IWeightInit> INITIALIZERS =
      new TreeMap<>(
          Map.ofEntries(
              initializer("glorot-uniform", WeightInit.XAVIER_UNIFORM),
              initializer("glorot-normal", WeightInit.XAVIER),
              initializer("he-uniform", WeightInit.RELU_UNIFORM),
              initializer("he-normal", WeightInit.RELU),
              // Its own LECUN_UNIFORM is the square root of 3 wider than Keras' sqrt(3 / inputs),
              // and
              // so is this one without a scale.
              Map.entry("lecun-uniform", new WeightInitVarScalingUniformFanIn(1 / Math.sqrt(3))),
              initializer("lecun-normal", WeightInit.LECUN_NORMAL),
              initializer("zeros", WeightInit.ZERO),
              initializer("ones", WeightInit.ONES),
              // With Keras' usual spreads.
              Map.entry("random-normal", distribution(0.05, true)),
              Map.entry("random-uniform", distribution(0.05, false))));

  private static final Map<String, Double> BIASES =
      new TreeMap<>(Map.of("zeros", 0.0, "ones", 1.0));

  private WeightSettings() {}

  private static Map.Entry<String, IWeightInit> initializer(String name, WeightInit init) {
    return Map.entry(name, init.getWeightInitFunction());
  }

  private static IWeightInit distribution(double spread, boolean normal) {
    return new WeightInitDistribution(
        normal ? new NormalDistribution(0, spread) : new UniformDistribution(-spread, spread));
  }

  /**
   * Sets what a layer's settings say.
   *
   * @param inputs the dimensions of its weights that one unit's incoming weights run along; none
   *     where they cannot be told apart
   */
  static <B extends BaseLayer.Builder<B>> B set(LayerSettings layer, B builder, int... inputs) {
    if (layer.has("kernel-initializer")) {
      builder.weightInit(initializer(layer, "kernel-initializer", null));
    }
    if (layer.has("bias-initializer")) {
      builder.biasInit(bias(layer));
    }
    if (layer.has("kernel-regularizer")) {
      builder.regularization(penalties(layer, "kernel-regularizer"));
    }
    if (layer.has("bias-regularizer")) {
      builder.regularizationBias(penalties(layer, "bias-regularizer"));
    }
    if (layer.has("kernel-constraint")) {
      builder.constrainWeights(constraint(layer, inputs));
    }
    return builder;
  }

  /**
   * An initializer.
   *
   * @param otherwise the name of the one where none is set; may be null
   */
  static IWeightInit initializer(LayerSettings layer, String key, String otherwise) {
    return layer.named(key, INITIALIZERS, otherwise == null ? null : INITIALIZERS.get(otherwise));
  }

  private static double bias(LayerSettings layer) {
    return layer.spec().settings().get("bias-initializer") instanceof Number number
        ? number.doubleValue()
        : layer.named("bias-initializer", BIASES, 0.0);
  }

  /** Always one of each kind, for of a kind that a layer lacks DL4J adds that of all layers. */
  private static List<Regularization> penalties(LayerSettings layer, String key) {
    Map<?, ?> penalties = map(layer, key, REGULARIZER);
    double l1 = 0;
    double l2 = 0;
    for (Map.Entry<?, ?> penalty : penalties.entrySet()) {
      double weight = atLeastZero(layer, key, penalty.getValue(), REGULARIZER);
      switch (penalty.getKey().toString()) {
        case "l1" -> l1 = weight;
        // Keras adds the sum of squares, DL4J half of it.
        case "l2" -> l2 = 2 * weight;
        default -> throw layer.wrong(key, penalties, REGULARIZER);
      }
    }
    return new ArrayList<>(List.of(new L1Regularization(l1), new L2Regularization(l2)));
  }

  static LayerConstraint constraint(LayerSettings layer, int... inputs) {
    String key = "kernel-constraint";
    Object value = layer.spec().settings().get(key);
    if ("non-neg".equals(value)) {
      return new NonNegativeConstraint();
    }
    if (inputs.length == 0) {
      throw layer.wrong(
          key,
          value,
          "non-neg; norms are of the kernels of conv2d, of recurrent layers and of dense on rows only");
    }
    if ("unit-norm".equals(value)) {
      return new UnitNormConstraint(inputs);
    }
    Map<?, ?> norm = map(layer, key, CONSTRAINT);
    if (norm.size() == 1 && norm.containsKey("max-norm")) {
      return new MaxNormConstraint(
          atLeastZero(layer, key, norm.get("max-norm"), CONSTRAINT), inputs);
    }
    throw layer.wrong(key, value, CONSTRAINT);
  }

  private static Map<?, ?> map(LayerSettings layer, String key, String wanted) {
    Object value = layer.spec().settings().get(key);
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      return map;
    }
    throw layer.wrong(key, value, wanted);
  }

  private static double atLeastZero(LayerSettings layer, String key, Object value, String wanted) {
    if (value instanceof Number number && number.doubleValue() >= 0) {
      return number.doubleValue();
    }
    throw layer.wrong(key, layer.spec().settings().get(key), wanted);
  }
}
