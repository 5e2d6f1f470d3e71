/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.batchNormalization;
import static io.kindling.network.Layers.bidirectional;
import static io.kindling.network.Layers.conv1d;
import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.layer;
import static io.kindling.network.Layers.lstm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.acceleration.TrainingAcceleration;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.Network;
import io.kindling.runtime.NativeRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The gradient that training follows, of every type of layers with its settings, held against the
 * slope of the loss, with the native helpers and all our own layers as in training.
 *
 * <p>Each network has a smooth layer before the one that is looked at, whose gradient is wrong if
 * that of the layer's input is. The gradient is what one step of gradient descent at rate 1 takes
 * off, so that penalties count. For each of the network's parameter arrays the slope is measured
 * along the part of the gradient that is its own, and for all together along a random direction.
 */
class GradientCheckTest {
  private static final int CLASSES = 3;
  private static final int BATCH = 5;
  private static final int STEPS = 7;
  private static final Map<String, Object> PENALTIES = Map.of("l1", 0.02, "l2", 0.05);

  /** What has kinks, where slopes are those of what is near. */
  private static final Pattern KINKS = Pattern.compile(".*(relu|elu|max|hard).*");

  /** Values an example's features have, and where the layers before and after them come from. */
  private enum Input {
    IMAGE,
    ROW,
    STEPS,
    TOKENS
  }

  /** A network of an input. */
  private record Case(Input input, List<LayerSpec> layers) {}

  @BeforeAll
  static void start() {
    NativeRuntime.start();
  }

  static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    rows(cases);
    images(cases);
    steps(cases);
    joined(cases);
    return cases;
  }

  static Stream<String> names() {
    return cases().keySet().stream();
  }

  private static void rows(Map<String, Case> cases) {
    for (String activation : Activations.BY_NAME.keySet()) {
      row(cases, "dense " + activation, dense(6).with("activation", activation));
      row(cases, "activation " + activation, Layers.activation(activation));
    }
    row(cases, "dense without bias", dense(6).with("use-bias", false));
    row(
        cases,
        "dense with penalties",
        dense(6)
            .with("kernel-initializer", "ones")
            .with("bias-initializer", "ones")
            .with("kernel-regularizer", PENALTIES)
            .with("bias-regularizer", PENALTIES));
    row(cases, "dropout", layer("dropout").with("rate", 0.4));
    row(cases, "batch-normalization of rows", batchNormalization());
    row(
        cases,
        "reshape of rows",
        layer("reshape").with("target-shape", List.of(2, 3, 1)),
        conv2d(2, 2).with("activation", "tanh"),
        flatten());
  }

  private static void row(Map<String, Case> cases, String name, LayerSpec... layers) {
    put(cases, name, Input.ROW, List.of(dense(6).with("activation", "tanh")), List.of(), layers);
  }

  private static void images(Map<String, Case> cases) {
    for (String type : List.of("conv2d", "depthwise-conv2d", "separable-conv2d")) {
      for (String padding : List.of("valid", "same")) {
        LayerSpec plain = window(type, 3).with("padding", padding);
        String name = type + " " + padding;
        image(cases, name, plain);
        image(cases, name + ", strides", plain.with("strides", 2));
        image(cases, name + ", unequal strides", plain.with("strides", List.of(1, 2)));
        if (!type.startsWith("depthwise")) {
          image(cases, name + ", dilation", plain.with("dilation-rate", 2));
        }
        image(cases, name + ", even kernel", plain.with("kernel-size", List.of(2, 4)));
      }
      LayerSpec plain = window(type, 3);
      image(cases, type + " without bias", plain.with("use-bias", false));
      image(cases, type + " linear", plain.with("activation", "linear"));
      image(cases, type + " of kernel 1", plain.with("kernel-size", 1));
      image(
          cases,
          type + " with penalties",
          plain
              .with("kernel-initializer", "ones")
              .with("bias-initializer", "ones")
              .with("kernel-regularizer", PENALTIES)
              .with("bias-regularizer", PENALTIES));
      // So great that it shows which values it is taken from among those of the weights.
      image(
          cases,
          type + " with a penalty of biases",
          plain.with("bias-regularizer", Map.of("l2", 3)));
      image(
          cases,
          type + " with a penalty of weights",
          plain.with("kernel-regularizer", Map.of("l2", 0.04)));
      image(cases, type + ", relu", plain.with("activation", "relu"));
      if (!type.equals("conv2d")) {
        image(cases, type + ", two of each", plain.with("depth-multiplier", 2));
      }
    }
    for (String type : List.of("max-pooling2d", "average-pooling2d")) {
      image(cases, type, layer(type));
      image(cases, type + " same", layer(type).with("padding", "same"));
      image(
          cases,
          type + " same, overlapping",
          layer(type).with("pool-size", 3).with("strides", 2).with("padding", "same"));
      image(
          cases,
          type + " overlapping, unequal",
          layer(type).with("pool-size", List.of(3, 2)).with("strides", List.of(2, 1)));
    }
    for (String type : List.of("global-max-pooling2d", "global-average-pooling2d")) {
      put(cases, type, Input.IMAGE, smoothImage(), List.of(), layer(type));
    }
    image(cases, "spatial-dropout2d", layer("spatial-dropout2d").with("rate", 0.4));
    image(cases, "dropout of images", layer("dropout").with("rate", 0.4));
    image(cases, "batch-normalization", batchNormalization());
    image(cases, "batch-normalization and relu", batchNormalization(), Layers.activation("relu"));
    image(
        cases,
        "convolutions without bias, batch-normalization and relu",
        conv2d(4, 3).with("use-bias", false),
        batchNormalization(),
        Layers.activation("relu"),
        conv2d(3, 3).with("use-bias", false).with("padding", "same"),
        batchNormalization());
    image(cases, "zero-padding2d", layer("zero-padding2d"));
    image(
        cases,
        "zero-padding2d, unequal",
        layer("zero-padding2d").with("padding", List.of(List.of(1, 2), List.of(0, 3))));
    image(
        cases,
        "cropping2d",
        layer("cropping2d").with("cropping", List.of(List.of(1, 2), List.of(0, 3))));
    image(cases, "upsampling2d", layer("upsampling2d"));
    image(
        cases,
        "upsampling2d, unequal, and conv2d",
        layer("upsampling2d").with("size", List.of(1, 3)),
        conv2d(2, 3).with("activation", "tanh"));
    image(
        cases,
        "reshape of images",
        layer("reshape").with("target-shape", List.of(12, 6, 3)),
        conv2d(2, 3).with("activation", "tanh"));
    put(
        cases,
        "global-average-pooling2d and batch-normalization",
        Input.IMAGE,
        smoothImage(),
        List.of(),
        layer("global-average-pooling2d"),
        batchNormalization());
  }

  private static LayerSpec window(String type, int kernel) {
    LayerSpec window = layer(type).with("kernel-size", kernel).with("activation", "tanh");
    return type.startsWith("depthwise") ? window : window.with("filters", 4);
  }

  private static List<LayerSpec> smoothImage() {
    return List.of(conv2d(3, 1).with("activation", "tanh").named("first"));
  }

  private static void image(Map<String, Case> cases, String name, LayerSpec... layers) {
    put(cases, name, Input.IMAGE, smoothImage(), List.of(flatten()), layers);
  }

  private static void steps(Map<String, Case> cases) {
    LayerSpec mean = layer("global-average-pooling1d");
    for (String padding : List.of("valid", "same", "causal")) {
      LayerSpec plain = conv1d(4, 3).with("padding", padding).with("activation", "tanh");
      sequence(cases, "conv1d " + padding, plain, mean);
      if (padding.equals("causal")) {
        sequence(cases, "conv1d causal, dilation", plain.with("dilation-rate", 2), mean);
      }
      sequence(cases, "conv1d " + padding + ", even", plain.with("kernel-size", 2), mean);
      if (!padding.equals("same")) {
        sequence(cases, "conv1d " + padding + ", strides", plain.with("strides", 2), mean);
      }
    }
    sequence(cases, "conv1d without bias", conv1d(4, 3).with("use-bias", false), mean);
    sequence(
        cases,
        "conv1d with penalties",
        conv1d(4, 3)
            .with("kernel-initializer", "ones")
            .with("bias-initializer", "ones")
            .with("kernel-regularizer", PENALTIES)
            .with("bias-regularizer", PENALTIES),
        mean);
    for (String type : List.of("max-pooling1d", "average-pooling1d")) {
      sequence(cases, type, layer(type), mean);
      sequence(
          cases, type + " overlapping", layer(type).with("pool-size", 3).with("strides", 1), mean);
    }
    sequence(cases, "global-max-pooling1d", layer("global-max-pooling1d"));
    sequence(cases, "global-average-pooling1d", mean);
    sequence(cases, "last-step", lstm(4).with("return-sequences", true), layer("last-step"));
    sequence(cases, "dense at each step", dense(4).with("activation", "tanh"), mean);
    sequence(cases, "activation at each step", Layers.activation("sigmoid"), mean);
    sequence(cases, "spatial-dropout1d", layer("spatial-dropout1d").with("rate", 0.4), mean);
    sequence(cases, "dropout of steps", layer("dropout").with("rate", 0.4), mean);
    for (int heads : new int[] {1, 2, 4}) {
      sequence(
          cases,
          "self-attention of heads: " + heads,
          layer("self-attention").with("units", 4).with("heads", heads),
          mean);
    }
    sequence(cases, "batch-normalization behind pooling", mean, batchNormalization());
    for (String type : List.of("lstm", "simple-rnn")) {
      LayerSpec plain = layer(type).with("units", 4);
      LayerSpec all = plain.with("return-sequences", true);
      sequence(cases, type, plain);
      sequence(cases, type + " of sequences", all, mean);
      sequence(cases, type + ", stacked", all, plain);
      sequence(cases, type + " of sigmoid", plain.with("activation", "sigmoid"));
      sequence(
          cases,
          type + " with penalties",
          plain
              .with("kernel-regularizer", Map.of("l2", 0.05))
              .with("bias-regularizer", Map.of("l2", 0.04)));
      for (String merge : List.of("concat", "sum", "mul", "ave")) {
        sequence(
            cases,
            "bidirectional " + type + ", " + merge,
            bidirectional(plain).with("merge-mode", merge));
        sequence(
            cases,
            "bidirectional " + type + " of sequences, " + merge,
            bidirectional(all).with("merge-mode", merge),
            mean);
      }
    }
    sequence(cases, "lstm of softsign", lstm(4).with("recurrent-activation", "softsign"));
    put(cases, "embedding", Input.TOKENS, List.of(), List.of(mean), Layers.embedding(4));
    put(
        cases,
        "embedding and lstm",
        Input.TOKENS,
        List.of(),
        List.of(lstm(4)),
        Layers.embedding(4));
    put(
        cases,
        "embedding and conv1d",
        Input.TOKENS,
        List.of(),
        List.of(mean),
        Layers.embedding(4),
        conv1d(3, 3).with("activation", "tanh"));
  }

  private static void sequence(Map<String, Case> cases, String name, LayerSpec... layers) {
    put(
        cases,
        name,
        Input.STEPS,
        List.of(dense(4).with("activation", "tanh").named("first")),
        List.of(),
        layers);
  }

  private static void joined(Map<String, Case> cases) {
    for (String join :
        List.of("add", "subtract", "multiply", "average", "maximum", "concatenate")) {
      put(
          cases,
          join + " of rows",
          Input.ROW,
          List.of(dense(5).with("activation", "tanh").named("first")),
          List.of(dense(4).with("activation", "tanh")),
          dense(5).with("activation", "tanh").named("second"),
          layer(join).after("second", "first"));
      image(
          cases,
          join + " of images",
          conv2d(3, 3).with("padding", "same").with("activation", "tanh").named("second"),
          layer(join).after("second", "first"));
      sequence(
          cases,
          join + " of steps",
          lstm(4).with("return-sequences", true).named("second"),
          layer(join).after("second", "first"),
          layer("global-average-pooling1d"));
      if (!join.equals("subtract")) {
        image(
            cases,
            join + " of three",
            conv2d(3, 3).with("padding", "same").with("activation", "tanh").named("second"),
            conv2d(3, 1).with("activation", "tanh").after("first").named("third"),
            layer(join).after("third", "first", "second"));
      }
    }
    image(
        cases,
        "two residual blocks",
        conv2d(3, 3).with("padding", "same").with("use-bias", false),
        batchNormalization(),
        Layers.activation("tanh").named("way"),
        layer("add").after("way", "first"),
        Layers.activation("tanh").named("block"),
        conv2d(6, 3).with("padding", "same").with("strides", 2).with("use-bias", false),
        batchNormalization().named("narrow"),
        conv2d(6, 1).with("strides", 2).with("use-bias", false).after("block").named("shortcut"),
        layer("add").after("narrow", "shortcut"),
        Layers.activation("tanh"));
    image(
        cases,
        "depthwise and pointwise convolutions with batch-normalization",
        layer("depthwise-conv2d")
            .with("kernel-size", 3)
            .with("padding", "same")
            .with("use-bias", false),
        batchNormalization(),
        Layers.activation("tanh"),
        conv2d(5, 1).with("use-bias", false),
        batchNormalization(),
        Layers.activation("tanh"));
    image(
        cases,
        "one array on four ways, max-pooling among them",
        batchNormalization().named("norm"),
        Layers.activation("tanh").after("norm").named("a"),
        conv2d(3, 1).after("norm").named("b"),
        layer("max-pooling2d")
            .with("pool-size", 3)
            .with("strides", 1)
            .with("padding", "same")
            .after("norm")
            .named("c"),
        layer("concatenate").after("a", "norm", "b", "c"));
  }

  private static void put(
      Map<String, Case> cases,
      String name,
      Input input,
      List<LayerSpec> before,
      List<LayerSpec> after,
      LayerSpec... layers) {
    List<LayerSpec> all = new ArrayList<>(before);
    all.addAll(List.of(layers));
    all.addAll(after);
    assertEquals(null, cases.put(name, new Case(input, all)), name);
  }

  @Test
  void everyTypeOfLayersIsChecked() {
    assertEquals(
        new TreeSet<>(LayerTypes.names()),
        cases().values().stream()
            .flatMap(one -> one.layers().stream())
            .map(LayerSpec::type)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void theGradientIsTheSlopeOfTheLoss(String name) {
    Case one = cases().get(name);
    boolean smooth = !KINKS.matcher(name).matches();
    try (Minibatch minibatch = new Minibatch(one, smooth, false)) {
      minibatch.check(name);
    }
    if (one.input() == Input.STEPS || one.input() == Input.TOKENS) {
      try (Minibatch minibatch = new Minibatch(one, smooth, true)) {
        minibatch.check(name + ", padded");
      }
    }
  }

  /** A network with examples, which is set to parameters and says its loss there. */
  private static final class Minibatch implements AutoCloseable {
    /** What the loss's own rounding makes of a slope, times the step. */
    private static final double ROUNDING = 6e-7;

    private final double step;
    private final double tolerance;
    private final Network network;
    private final INDArray features;
    private final INDArray labels;
    private final INDArray mask;
    private final INDArray params;
    private final Random random = new Random(5);

    Minibatch(Case one, boolean smooth, boolean padded) {
      step = smooth ? 0.005 : 0.0003;
      tolerance = smooth ? 3e-3 : 2e-2;
      network =
          NetworkBuilder.configuration(
                  one.layers(),
                  input(one.input()),
                  Head.classifier(CLASSES),
                  new OptimizerSpec("sgd", 1, 0, 0),
                  GradientClipping.NONE,
                  7)
              .build();
      TrainingAcceleration.install(network);
      blocks().values().forEach(block -> block.addi(values(block.shape()).muli(0.2)));
      params = network.params().dup();
      features = features(one.input());
      labels = Nd4j.zeros(BATCH, CLASSES);
      for (int i = 0; i < BATCH; i++) {
        labels.putScalar(i, random.nextInt(CLASSES), 1f);
      }
      mask = padded ? mask() : null;
    }

    private static InputSpec input(Input input) {
      return switch (input) {
        case IMAGE -> InputSpec.image(2, 9, 8, PixelScaling.unit(2));
        case ROW -> InputSpec.vector(7);
        case STEPS -> InputSpec.sequence(3);
        case TOKENS -> InputSpec.tokens(9);
      };
    }

    private INDArray features(Input input) {
      return switch (input) {
        case IMAGE -> values(BATCH, 2, 9, 8);
        case ROW -> values(BATCH, 7);
        case STEPS -> values(BATCH, 3, STEPS);
        case TOKENS -> {
          INDArray tokens = Nd4j.create(BATCH, 1, STEPS);
          for (long i = 0; i < tokens.length(); i++) {
            tokens.putScalar(i, 1 + random.nextInt(8));
          }
          yield tokens;
        }
      };
    }

    private INDArray values(long... shape) {
      INDArray values = Nd4j.create(shape);
      for (long i = 0; i < values.length(); i++) {
        values.putScalar(i, random.nextGaussian());
      }
      return values;
    }

    /** Lengths 7, 6, 5, 4 and 3. */
    private INDArray mask() {
      INDArray ones = Nd4j.zeros(BATCH, STEPS);
      for (int example = 0; example < BATCH; example++) {
        for (int step = 0; step < STEPS - example; step++) {
          ones.putScalar(example, step, 1f);
        }
      }
      return ones;
    }

    /** All parameters that training changes by their gradient, by name. */
    private Map<String, INDArray> blocks() {
      Map<String, INDArray> blocks = new LinkedHashMap<>(network.model().paramTable());
      // Kept as if by gradients, but they are running means.
      blocks.keySet().removeIf(name -> name.matches(".*_(mean|var|log10stdev)"));
      return blocks;
    }

    void check(String name) {
      step();
      Map<String, INDArray> gradients = new LinkedHashMap<>();
      INDArray moved = network.params().dup();
      blocks().forEach((key, block) -> gradients.put(key, block.dup()));
      network.params().assign(params);
      blocks().forEach((key, block) -> gradients.compute(key, (k, then) -> block.sub(then)));
      assertTrue(moved.sub(params).norm2Number().doubleValue() > 0.01, name + ": no gradient");
      Map<String, INDArray> anywhere = new LinkedHashMap<>();
      gradients.forEach((key, gradient) -> anywhere.put(key, values(gradient.shape())));
      List<String> wrong = new ArrayList<>();
      check("all", gradients, anywhere, wrong);
      gradients.forEach((key, gradient) -> check(key, gradients, Map.of(key, gradient), wrong));
      assertTrue(wrong.isEmpty(), () -> name + ": " + String.join("; ", wrong));
    }

    /** Along a direction, of any length, in some of the arrays. */
    private void check(
        String what,
        Map<String, INDArray> gradients,
        Map<String, INDArray> direction,
        List<String> wrong) {
      double norm = Math.sqrt(product(direction, direction));
      if (norm < 1e-6) {
        return;
      }
      double expected = product(gradients, direction) / norm;
      double slope = (loss(direction, step / norm) - loss(direction, -step / norm)) / (2 * step);
      double rounding = ROUNDING * Math.max(1, network.score()) / step;
      if (!(Math.abs(slope - expected) <= tolerance * Math.abs(expected) + rounding)) {
        wrong.add(
            String.format(Locale.ROOT, "%s has %.6f, the slope is %.6f", what, expected, slope));
      }
    }

    private static double product(Map<String, INDArray> some, Map<String, INDArray> others) {
      return others.entrySet().stream()
          .mapToDouble(
              other -> other.getValue().mul(some.get(other.getKey())).sumNumber().doubleValue())
          .sum();
    }

    private double loss(Map<String, INDArray> direction, double times) {
      Map<String, INDArray> blocks = blocks();
      direction.forEach((key, values) -> blocks.get(key).addi(values.mul(times)));
      step();
      network.params().assign(params);
      return network.score();
    }

    /** One step of gradient descent; dropout draws the same each time. */
    private void step() {
      Nd4j.getRandom().setSeed(3);
      network.fit(features, labels, mask);
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
