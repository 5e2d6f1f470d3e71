/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.add;
import static io.kindling.network.Layers.bidirectional;
import static io.kindling.network.Layers.concatenate;
import static io.kindling.network.Layers.conv1d;
import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.embedding;
import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.layer;
import static io.kindling.network.Layers.lstm;
import static io.kindling.network.Layers.maxPooling2d;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.NetworkConfiguration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Definitions that users get wrong, and the one line that each gets for it. */
class WrongDefinitionsTest {
  private static final InputSpec IMAGES = InputSpec.image(3, 8, 8, PixelScaling.unit(3));

  @Test
  void aMisspeltLayerIsToldTheNearest() {
    assertError(
        "layer 2 is of type 'maxpool2d', which there is not; the nearest is 'max-pooling2d', all are "
            + String.join(", ", LayerTypes.names()),
        conv2d(4, 3),
        layer("maxpool2d"));
  }

  @Test
  void aMisspeltSettingIsToldThoseThatThereAre() {
    assertError(
        "layer 1 (max-pooling2d) has no setting 'size'; it has padding, pool-size, strides",
        layer("max-pooling2d").with("size", 2));
  }

  @Test
  void missingUnitsAreAskedFor() {
    assertError(
        "layer 2 (dense) needs its setting 'units', such as {dense {units = 64}}",
        flatten(),
        layer("dense"));
  }

  @Test
  void aWrongRankIsToldTheShapeThatCameAndTheOneThatIsNeeded() {
    assertError(
        "layer 3 (conv2d) takes images, but rows of values (64) reach it",
        flatten(),
        dense(64),
        conv2d(4, 3));
    assertError(
        "layer 2 (dense 'classify') takes rows of values, but images (6, 6, 4) reach it; put flatten or global-average-pooling2d before it",
        conv2d(4, 3),
        dense(64).named("classify"));
    assertError("layer 1 (lstm) takes sequences of steps, but images (8, 8, 3) reach it", lstm(4));
  }

  @Test
  void aKernelLargerThanTheImageIsToldBothSizes() {
    assertError(
        "layer 3 (conv2d) has a kernel-size of 5 x 5, but images (3, 3, 4) reach it; it needs at least 5 x 5; make it smaller or set padding = same",
        conv2d(4, 3),
        maxPooling2d(2),
        conv2d(4, 5));
    assertError(
        "layer 1 (conv2d) has a kernel-size of 3 x 3 with dilation-rate 4 x 4, but images (8, 8, 3) reach it; it needs at least 9 x 9; make it smaller or set padding = same",
        conv2d(4, 3).with("dilation-rate", 4));
  }

  @Test
  void twoOutputsAreNamed() {
    assertError(
        "it has 2 outputs, layer 2 (conv2d 'left') and layer 4 (flatten), of which no layer takes; join them by add or concatenate, or remove all but one",
        conv2d(4, 3).named("stem"),
        conv2d(4, 3).named("left"),
        conv2d(4, 3).named("right").after("stem"),
        flatten());
  }

  @Test
  void anUnknownInputIsToldTheNearest() {
    assertError(
        "layer 2 (add) takes from 'steam', which is no layer before it; the nearest name is 'stem'",
        conv2d(4, 3).named("stem"),
        add("stem", "steam"));
  }

  @Test
  void whatCannotBeJoinedIsToldBothShapes() {
    assertError(
        "layer 3 (add) takes inputs of one shape, but images (6, 6, 4) and images (4, 4, 4) reach it; bring one to the other's shape first, for example by a conv2d with kernel-size = 1",
        conv2d(4, 3).named("a"),
        conv2d(4, 3).named("b"),
        add("a", "b"));
    assertError(
        "layer 3 (concatenate) takes inputs that differ in their last size only, but images (6, 6, 4) and rows of values (144) reach it",
        conv2d(4, 3).named("a"),
        flatten().named("b"),
        concatenate("a", "b"));
    assertError(
        "layer 2 (add) needs the names of two or more layers, such as {add {inputs = [a, b]}}",
        conv2d(4, 3),
        layer("add"));
    assertError(
        "layer 2 (flatten) takes one input, but has 2; join them first by add or concatenate",
        conv2d(4, 3).named("a"),
        flatten().after("input", "a"));
  }

  @Test
  void aNameStandsForOneLayer() {
    assertError(
        "layer 2 (flatten 'a') has the name 'a', which another has; give it its own",
        conv2d(4, 3).named("a"),
        flatten().named("a"));
  }

  @Test
  void wrongValuesAreToldWhatIsMeant() {
    assertError(
        "'units' of layer 2 (dense) must be a whole number of at least 1, not -5",
        flatten(),
        dense(-5));
    assertError(
        "'kernel-size' of layer 1 (conv2d) must be a whole number of at least 1, or 2 of them in brackets, not [3, 3, 3]",
        conv2d(4, 3).with("kernel-size", List.of(3, 3, 3)));
    assertError(
        "'activation' of layer 2 (dense) must be one of elu, gelu, hard-sigmoid, leaky-relu, linear, relu, relu6, selu, sigmoid, softmax, softplus, softsign, swish, tanh, not rleu",
        flatten(),
        dense(5).with("activation", "rleu"));
    assertError(
        "'padding' of layer 1 (conv2d) must be one of same, valid, not causal",
        conv2d(4, 3).with("padding", "causal"));
    assertError(
        "'rate' of layer 1 (dropout) must be at least 0 and less than 1, not 50",
        layer("dropout").with("rate", 50));
    assertError(
        "'kernel-regularizer' of layer 1 (conv2d) must be {l1 = 0.01, l2 = 0.01}, or one of the two, not 0.01",
        conv2d(4, 3).with("kernel-regularizer", 0.01));
    assertError(
        "'kernel-constraint' of layer 1 (conv2d) must be {max-norm = 2}, non-neg or unit-norm, not {max=2}",
        conv2d(4, 3).with("kernel-constraint", Map.of("max", 2)));
  }

  @Test
  void whatDeeplearning4jWouldTakeAmissIsRefused() {
    assertError(
        "layer 1 (conv2d) has activation = softmax, which goes over rows of values only; set another, such as relu or tanh",
        conv2d(4, 3).with("activation", "softmax"));
    assertError(
        "'kernel-constraint' of layer 2 (conv1d) must be non-neg; norms are of the kernels of conv2d, of recurrent layers and of dense on rows only, not unit-norm",
        layer("reshape").with("target-shape", List.of(8, -1)),
        layer("conv1d")
            .with("filters", 2)
            .with("kernel-size", 3)
            .with("kernel-constraint", "unit-norm"));
    assertError(
        "'kernel-constraint' of layer 1 (depthwise-conv2d) must be non-neg; norms are of the kernels of conv2d, of recurrent layers and of dense on rows only, not {max-norm=2}",
        layer("depthwise-conv2d")
            .with("kernel-size", 3)
            .with("kernel-constraint", Map.of("max-norm", 2)));
    assertError(
        "'kernel-constraint' of layer 1 (separable-conv2d) must be non-neg; norms are of the kernels of conv2d, of recurrent layers and of dense on rows only, not unit-norm",
        layer("separable-conv2d")
            .with("filters", 4)
            .with("kernel-size", 3)
            .with("kernel-constraint", "unit-norm"));
  }

  @Test
  void nullIsAsIfNotSet() {
    Map<String, Object> settings = new HashMap<>(Map.of("filters", 8));
    settings.put("kernel-size", null);
    assertError(
        "layer 1 (conv2d) needs its setting 'kernel-size', such as {conv2d {filters = 32, kernel-size = 3}}",
        LayerSpec.of(Map.of("conv2d", settings)));
  }

  @Test
  void sequencesOfOtherNumbersOfStepsAreNotJoined() {
    LayerSpec valid = conv1d(8, 3).with("padding", "valid");
    assertTextError(
        "layer 3 (add) takes inputs of one shape, but sequences of steps (any, 8) and sequences of steps (any - 2, 8) reach it; bring one to the other's shape first, for example by a conv1d with padding = same",
        embedding(8).named("a"),
        valid.named("b"),
        add("a", "b"));
    assertTextError(
        "layer 4 (concatenate) takes inputs that differ in their last size only, but sequences of steps (any - 2, 8) and sequences of steps ((any - 2) / 2, 8) reach it",
        embedding(8),
        valid.named("a"),
        layer("max-pooling1d").named("b"),
        concatenate("a", "b"));
    // The same number at the end, by other windows.
    assertDoesNotThrow(
        () ->
            text(
                embedding(8).named("a"),
                conv1d(8, 5).with("padding", "valid").named("b"),
                valid.after("a"),
                valid.named("c"),
                conv1d(8, 3).with("padding", "same").named("d"),
                add("b", "c", "d"),
                layer("global-max-pooling1d")));
  }

  @Test
  void thePartsOfALayerHaveNamesOfTheirOwn() {
    assertTextError(
        "layer 3 (bidirectional 'x') has the name 'x-backward', which another has; give it its own",
        embedding(8),
        conv1d(8, 3).named("x-backward"),
        bidirectional(lstm(4)).named("x"));
    assertTextError(
        "layer 3 (dense 'x-turned') has the name 'x-turned', which another has; give it its own",
        embedding(8),
        bidirectional(lstm(4)).named("x"),
        dense(8).named("x-turned"));
  }

  @Test
  void aShapeThatHoldsOtherValuesIsToldHowMany() {
    assertError(
        "layer 1 (reshape) has target-shape = [10, 10], but images (8, 8, 3) reach it, 192 values for each example; give one to three sizes of as many values",
        layer("reshape").with("target-shape", List.of(10, 10)));
    // Their product is 192 in 32 bits.
    assertError(
        "layer 1 (reshape) has target-shape = [64, 67108867], but images (8, 8, 3) reach it, 192 values for each example; give one to three sizes of as many values",
        layer("reshape").with("target-shape", List.of(64, 67108867)));
    assertError(
        "layer 1 (cropping2d) has cropping = 4, which leaves nothing of the images (8, 8, 3) that reach it; crop less",
        layer("cropping2d").with("cropping", 4));
  }

  @Test
  void anImageLeftAtTheEndIsToldTheWayOut() {
    assertError(
        "layer 1 (conv2d) gives images (6, 6, 4) to the output layer, which takes rows of values; end with flatten or global-average-pooling2d",
        conv2d(4, 3));
  }

  @Test
  void anUnknownNetworkIsToldTheNearest() {
    assertEquals(
        "Cannot build the network: there is none named 'resnet50'; the nearest is 'resnet20', all are "
            + String.join(", ", NamedNetworks.names()),
        assertThrows(KindlingException.class, () -> NetworkDefinition.parse("resnet50"))
            .getMessage());
  }

  @Test
  void layersThatAreWrittenOtherwiseAreToldHow() {
    assertEquals(
        "Cannot build the network: a layer is written {conv2d {filters = 32, kernel-size = 3}}, its type with its settings in braces, or as its type alone, not {filters=32, type=conv}",
        assertThrows(
                KindlingException.class,
                () -> NetworkDefinition.parse("[{\"filters\": 32, \"type\": \"conv\"}]"))
            .getMessage()
            .replace("{type=conv, filters=32}", "{filters=32, type=conv}"));
  }

  private static void assertError(String problem, LayerSpec... layers) {
    assertError(IMAGES, problem, layers);
  }

  private static void assertTextError(String problem, LayerSpec... layers) {
    assertError(InputSpec.tokens(100), problem, layers);
  }

  private static void assertError(InputSpec input, String problem, LayerSpec... layers) {
    String message = assertThrows(KindlingException.class, () -> build(input, layers)).getMessage();
    assertEquals("Cannot build the network: " + problem, message);
    assertFalse(message.contains("\n"), message);
  }

  private static NetworkConfiguration text(LayerSpec... layers) {
    return build(InputSpec.tokens(100), layers);
  }

  private static NetworkConfiguration build(InputSpec input, LayerSpec... layers) {
    return NetworkBuilder.configuration(
        List.of(layers),
        input,
        Head.classifier(2),
        new OptimizerSpec("adam", Double.NaN, 0, 0),
        GradientClipping.NONE,
        1);
  }
}
