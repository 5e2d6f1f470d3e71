/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.layer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.NetworkConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerOrderTest {
  private static final InputSpec TEXT = InputSpec.tokens(50);
  private static final InputSpec SERIES = InputSpec.sequence(3);
  private static final InputSpec IMAGES = InputSpec.image(1, 8, 8, PixelScaling.unit(1));

  private static final LayerSpec EMBEDDING = layer("embedding").with("output-dim", 4);
  private static final LayerSpec LSTM = layer("lstm").with("units", 4);
  private static final LayerSpec LSTM_OF_SEQUENCES =
      layer("lstm").with("units", 4).with("return-sequences", true);
  private static final LayerSpec DENSE = layer("dense").with("units", 4).with("activation", "relu");
  private static final LayerSpec POOL = layer("global-max-pooling1d");

  @Test
  void aRecurrentLayerOnImagesIsNamed() {
    assertEquals(
        "Cannot build the network: layer 1 (lstm) takes sequences of steps, but images (8, 8, 1) reach it",
        message(IMAGES, LSTM));
  }

  @Test
  void textWithoutAnEmbeddingIsToldSo() {
    assertEquals(
        "Cannot build the network: layer 1 (lstm) takes sequences of steps, but token ids reach it; put an embedding first",
        message(TEXT, LSTM));
    assertEquals(
        "Cannot build the network: layer 1 (dropout) takes sequences of steps, but token ids reach it; put an embedding first",
        message(TEXT, layer("dropout").with("rate", 0.5)));
    assertEquals(
        "Cannot build the network: layer 1 (embedding) takes token ids, but sequences of steps (any, 3) reach it",
        message(SERIES, EMBEDDING));
  }

  @Test
  void aLayerBehindARecurrentOneThatReturnsNoSequencesIsToldTheWayOut() {
    assertEquals(
        "Cannot build the network: layer 3 (lstm) takes sequences of steps, but rows of values (4) reach it; where they come from a recurrent layer, set its return-sequences = true",
        message(TEXT, EMBEDDING, LSTM, LSTM));
  }

  @Test
  void batchNormalizationDoesNotMeasurePadding() {
    assertEquals(
        "Cannot build the network: layer 1 (batch-normalization) takes images or rows of values, but sequences of steps (any, 3) reach it, whose padding would be measured, too; put it behind the pooling",
        message(SERIES, layer("batch-normalization")));
  }

  @Test
  void aSequenceLeftAtTheEndIsAnError() {
    assertEquals(
        "Cannot build the network: layer 2 (lstm) gives sequences of steps (any, 4) to the output layer, which takes rows of values; end with global-max-pooling1d, global-average-pooling1d or last-step, or a recurrent layer with return-sequences = false",
        message(TEXT, EMBEDDING, LSTM_OF_SEQUENCES));
    assertEquals(
        "Cannot build the network: the input gives token ids to the output layer, which takes rows of values; end with an embedding and global-average-pooling1d or an lstm",
        message(TEXT));
  }

  @Test
  void imageLayersDoNotTakeSequences() {
    assertEquals(
        "Cannot build the network: layer 1 (conv2d) takes images, but sequences of steps (any, 3) reach it",
        message(
            SERIES,
            layer("conv2d").with("filters", 2).with("kernel-size", 3).with("activation", "relu")));
  }

  @Test
  void lastStepGoesRightBehindARecurrentLayer() {
    assertEquals(
        "Cannot build the network: layer 2 (last-step) goes right behind a layer lstm, simple-rnn or bidirectional that no other layer takes from",
        message(TEXT, EMBEDDING, layer("last-step")));
  }

  @Test
  void settingsThatWouldNotKeepPaddingOutAreRefused() {
    assertEquals(
        "Cannot build the network: layer 1 (conv1d) has strides = 2 and padding = same, whose windows would depend on the padding of a minibatch; set its padding to valid or causal",
        message(
            SERIES,
            layer("conv1d")
                .with("filters", 2)
                .with("kernel-size", 3)
                .with("strides", 2)
                .with("padding", "same")
                .with("activation", "relu"),
            POOL));
  }

  @Test
  void dilationThatTheNativeLibraryRefusesIsRefusedBefore() {
    assertEquals(
        "Cannot build the network: layer 1 (conv1d) has a dilation-rate above 1 and padding = valid, which Deeplearning4j cannot compute; set its padding to causal",
        message(
            SERIES,
            layer("conv1d").with("filters", 2).with("kernel-size", 3).with("dilation-rate", 2),
            POOL));
    assertEquals(
        "Cannot build the network: layer 1 (depthwise-conv2d) has a dilation-rate above 1, which Deeplearning4j cannot compute there; take separable-conv2d or conv2d, or leave dilation-rate away",
        message(IMAGES, layer("depthwise-conv2d").with("kernel-size", 3).with("dilation-rate", 2)));
  }

  @Test
  void wrongSettingsAreNamed() {
    assertEquals(
        "Cannot build the network: 'return-sequences' of layer 1 (lstm) must be true or false, not maybe",
        message(SERIES, layer("lstm").with("units", 4).with("return-sequences", "maybe")));
    assertEquals(
        "Cannot build the network: 'layer' of layer 1 (bidirectional) must be a layer such as {lstm {units = 64}}, not 3",
        message(SERIES, layer("bidirectional").with("layer", 3)));
    assertEquals(
        "Cannot build the network: 'layer' of layer 1 (bidirectional) must be an lstm or a simple-rnn, not dense",
        message(SERIES, layer("bidirectional").with("layer", DENSE)));
    assertEquals(
        "Cannot build the network: layer 1 (self-attention) has units = 5, which its 2 heads cannot share evenly; make units a multiple of heads",
        message(SERIES, layer("self-attention").with("units", 5).with("heads", 2), POOL));
  }

  @Test
  void eachNamedNetworkOfSequencesBuilds() {
    for (String name : List.of("text-lstm", "text-bilstm-attention", "text-cnn")) {
      configuration(TEXT, NamedNetworks.layers(name)).build().close();
    }
    configuration(SERIES, NamedNetworks.layers("sequence-lstm")).build().close();
  }

  private static NetworkConfiguration configuration(InputSpec input, List<LayerSpec> layers) {
    return NetworkBuilder.configuration(
        layers,
        input,
        Head.classifier(2),
        new OptimizerSpec("adam", Double.NaN, 0, 0),
        GradientClipping.NONE,
        1);
  }

  private static String message(InputSpec input, LayerSpec... layers) {
    return assertThrows(KindlingException.class, () -> configuration(input, List.of(layers)))
        .getMessage();
  }
}
