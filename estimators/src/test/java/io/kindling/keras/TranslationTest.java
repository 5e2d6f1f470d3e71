/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What of a model is looked at before its values are read. */
class TranslationTest {
  private static final String LONG = "it has 10001 layers; at most 10000 can be imported";

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  private static KerasWeight weight(String name, int... shape) {
    return new KerasWeight(
        name, shape, () -> new float[IntStream.of(shape).reduce(1, (a, b) -> a * b)]);
  }

  private static KerasWeight unread(String name, int... shape) {
    return new KerasWeight(
        name,
        shape,
        () -> {
          throw new AssertionError("read");
        });
  }

  private static KerasFile file(String model, String training, List<KerasWeight> weights)
      throws JsonProcessingException {
    return new KerasFile(
        "x.h5", json(model), json(training), "2.15.0", "tensorflow", Map.of("d", weights));
  }

  private static String refused(KerasFile file) {
    return assertThrows(KindlingException.class, () -> Translation.of(file, KerasOptions.DEFAULT))
        .getMessage()
        .replace("Cannot import the Keras model x.h5: ", "");
  }

  private static String dense(String activation) {
    return "{'class_name': 'Sequential', 'config': {'layers': [{'class_name': 'Dense', 'config': {'name': 'd', 'batch_input_shape': [null, 3], 'units': 1, 'activation': '%s'}}]}}"
        .formatted(activation);
  }

  @Test
  void valuesOfAnotherShapeThanWantedAreNotRead() throws JsonProcessingException {
    assertEquals(
        "d (Dense): has weights 'kernel' of 3x2000000000 in the file, its description asks for 3x1",
        refused(
            file(
                dense("sigmoid"),
                "{}",
                List.of(unread("kernel", 3, 2_000_000_000), unread("bias", 1)))));
  }

  @Test
  void valuesBehindALayerThatCannotBeImportedAreNotRead() throws JsonProcessingException {
    String model =
        dense("sigmoid")
            .replace(
                "{'class_name': 'Dense', 'config': {'name': 'd', 'batch_input_shape': [null, 3],",
                "{'class_name': 'Other', 'config': {'name': 'o', 'batch_input_shape': [null, 3]}}, {'class_name': 'Dense', 'config': {'name': 'd',");
    assertEquals(
        "o (Other): there is no such layer here",
        refused(file(model, "{}", List.of(unread("kernel", 2_000_000_000, 1), weight("bias", 1)))));
  }

  @Test
  void oneSigmoidThatWasTrainedForNumbers() throws JsonProcessingException {
    assertEquals(
        "d (Dense): is one unit with sigmoid, but was trained with the loss meansquarederror, which is not that of classes; in Keras, compile the model with binary_crossentropy (its weights stay) and save it anew",
        refused(
            file(
                dense("sigmoid"),
                "{'loss': 'mean_squared_error'}",
                List.of(weight("kernel", 3, 1), weight("bias", 1)))));
  }

  @Test
  void tooManyLayers() throws JsonProcessingException {
    assertEquals(
        LONG,
        refused(file(chain(10_001).replace("'Functional'", "'Sequential'"), "{}", List.of())));
    assertEquals(LONG, refused(file(chain(10_001), "{}", List.of())));
  }

  @Test
  void aLongChainOfLayersIsOrdered() throws JsonProcessingException {
    List<KerasLayer> layers = KerasArchitecture.of(file(chain(10_000), "{}", List.of())).layers();

    assertEquals(9_999, layers.size());
    assertEquals("l9999", layers.get(9_998).name());
  }

  @Test
  void aCircleOfLayers() throws JsonProcessingException {
    String circle = chain(4).replace("[[['l1', 0, 0]]]", "[[['l3', 0, 0]]]");

    assertEquals("its layer 'l3' has no place in it", refused(file(circle, "{}", List.of())));
  }

  /** Each layer takes the one before; described from the last to the first. */
  private static String chain(int layers) {
    return "{'class_name': 'Functional', 'config': {'input_layers': [['l0', 0, 0]], 'output_layers': [['l%d', 0, 0]], 'layers': ["
            .formatted(layers - 1)
        + IntStream.range(0, layers)
            .map(i -> layers - 1 - i)
            .mapToObj(
                i ->
                    i == 0
                        ? "{'class_name': 'InputLayer', 'config': {'name': 'l0', 'batch_input_shape': [null, 3]}, 'inbound_nodes': []}"
                        : "{'class_name': 'ReLU', 'config': {'name': 'l%d'}, 'inbound_nodes': [[['l%d', 0, 0]]]}"
                            .formatted(i, i - 1))
            .collect(Collectors.joining(", "))
        + "]}}";
  }

  @Test
  void anEvenConvolutionOverStepsThatPadsAsTheano() throws JsonProcessingException {
    assertEquals(
        "pads as Theano does (padding = same, kernel_size = 2, strides = 1), where our windows begin elsewhere",
        assertThrows(LayerProblem.class, () -> conv1d(2)).getMessage());
    assertEquals("conv1d", conv1d(3).type());
  }

  private static Imported conv1d(int kernel) throws JsonProcessingException {
    JsonNode config =
        json("{'filters': 4, 'kernel_size': [%d], 'padding': 'same'}".formatted(kernel));
    return StepLayers.ALL
        .get("Conv1D")
        .apply(
            new LayerSource(
                new KerasLayer("c", "Conv1D", config, List.of("x")),
                List.of(Values.steps(2, false)),
                List.of(weight("kernel", kernel, 2, 4), weight("bias", 4)),
                false,
                true));
  }
}
