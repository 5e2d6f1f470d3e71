/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static io.kindling.network.Layers.activation;
import static io.kindling.network.Layers.add;
import static io.kindling.network.Layers.batchNormalization;
import static io.kindling.network.Layers.bidirectional;
import static io.kindling.network.Layers.concatenate;
import static io.kindling.network.Layers.conv1d;
import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.dropout;
import static io.kindling.network.Layers.embedding;
import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.layer;
import static io.kindling.network.Layers.lstm;
import static io.kindling.network.Layers.maxPooling2d;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Well-known small networks by name, without their output layers. */
public final class NamedNetworks {
  private static final String PADDING = "padding";
  private static final String SAME = "same";
  private static final String RELU = "relu";

  private static final Map<String, List<LayerSpec>> LAYERS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("mlp", List.of(flatten(), relu(dense(256)))),
              Map.entry("lenet", lenet()),
              Map.entry("cifar-cnn", cifarCnn()),
              Map.entry("vgg-small", vggSmall()),
              Map.entry("resnet20", resnet(3)),
              Map.entry("mobilenet-small", mobilenetSmall()),
              Map.entry("text-lstm", textLstm()),
              Map.entry("text-bilstm-attention", textBilstmAttention()),
              Map.entry("text-cnn", textCnn()),
              Map.entry("sequence-lstm", sequenceLstm())));

  private NamedNetworks() {}

  /** The names. */
  public static List<String> names() {
    return List.copyOf(LAYERS.keySet());
  }

  /** The layers of a network without its output layer, or null if there is none of that name. */
  public static List<LayerSpec> layers(String name) {
    return LAYERS.get(name);
  }

  private static LayerSpec relu(LayerSpec spec) {
    return spec.with("activation", RELU);
  }

  /**
   * LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning applied to document
   * recognition, in the form that frameworks teach: relu, max-pooling.
   */
  private static List<LayerSpec> lenet() {
    return List.of(
        relu(conv2d(20, 5)),
        maxPooling2d(2),
        relu(conv2d(50, 5)),
        maxPooling2d(2),
        flatten(),
        relu(dense(500)));
  }

  /** The CIFAR-10 network of TensorFlow's tutorial on convolutional networks. */
  private static List<LayerSpec> cifarCnn() {
    return List.of(
        relu(conv2d(32, 3)),
        maxPooling2d(2),
        relu(conv2d(64, 3)),
        maxPooling2d(2),
        relu(conv2d(64, 3)),
        flatten(),
        relu(dense(64)));
  }

  /**
   * Pairs of 3x3 convolutions between poolings: Simonyan and Zisserman 2014, Very deep
   * convolutional networks for large-scale image recognition, in a width for small images.
   */
  private static List<LayerSpec> vggSmall() {
    List<LayerSpec> layers = new ArrayList<>();
    for (int filters : new int[] {32, 64, 128}) {
      layers.add(relu(conv2d(filters, 3)).with(PADDING, SAME));
      layers.add(relu(conv2d(filters, 3)).with(PADDING, SAME));
      layers.add(maxPooling2d(2));
      layers.add(dropout(0.2));
    }
    layers.add(flatten());
    layers.add(relu(dense(128)));
    layers.add(dropout(0.2));
    return layers;
  }

  /**
   * He, Zhang, Ren and Sun 2015, Deep residual learning for image recognition, section 4.2: three
   * stages of blocks of two 3x3 convolutions with 16, 32 and 64 filters; 6 blocks + 2 layers. Where
   * the number of filters grows, the shortcut is a 1x1 convolution.
   *
   * @param blocks in each stage
   */
  private static List<LayerSpec> resnet(int blocks) {
    List<LayerSpec> layers = new ArrayList<>();
    layers.add(plainConvolution(16, 3, 1));
    layers.add(normalization());
    layers.add(activation(RELU).named("stem"));
    String below = "stem";
    for (int stage = 1; stage <= 3; stage++) {
      for (int block = 1; block <= blocks; block++) {
        String name = "stage-" + stage + "-block-" + block;
        int filters = 8 << stage;
        int stride = stage > 1 && block == 1 ? 2 : 1;
        layers.add(plainConvolution(filters, 3, stride).after(below));
        layers.add(normalization());
        layers.add(activation(RELU));
        layers.add(plainConvolution(filters, 3, 1));
        layers.add(normalization().named(name + "-residual"));
        if (stride > 1) {
          layers.add(plainConvolution(filters, 1, stride).after(below));
          layers.add(normalization().named(name + "-shortcut"));
          below = name + "-shortcut";
        }
        layers.add(add(below, name + "-residual"));
        layers.add(activation(RELU).named(name));
        below = name;
      }
    }
    layers.add(layer("global-average-pooling2d"));
    return layers;
  }

  /** As in the papers' networks: the normalization behind it has the bias. */
  private static LayerSpec plainConvolution(int filters, int kernel, int stride) {
    return conv2d(filters, kernel)
        .with("strides", stride)
        .with(PADDING, SAME)
        .with("use-bias", false)
        .with("kernel-initializer", "he-normal");
  }

  /** Of a momentum that some hundreds of minibatches are enough for. */
  private static LayerSpec normalization() {
    return batchNormalization().with("momentum", 0.9);
  }

  /**
   * Depthwise separable convolutions: Howard et al. 2017, MobileNets, in a depth and width for
   * small images.
   */
  private static List<LayerSpec> mobilenetSmall() {
    List<LayerSpec> layers = new ArrayList<>();
    layers.add(plainConvolution(16, 3, 1));
    layers.add(normalization());
    layers.add(activation(RELU));
    int[][] blocks = {{32, 1}, {64, 2}, {64, 1}, {128, 2}, {128, 1}};
    for (int[] block : blocks) {
      layers.add(
          layer("depthwise-conv2d")
              .with("kernel-size", 3)
              .with("strides", block[1])
              .with(PADDING, SAME)
              .with("use-bias", false));
      layers.add(normalization());
      layers.add(activation(RELU));
      layers.add(plainConvolution(block[0], 1, 1));
      layers.add(normalization());
      layers.add(activation(RELU));
    }
    layers.add(layer("global-average-pooling2d"));
    return layers;
  }

  /** Hochreiter and Schmidhuber 1997, Long short-term memory, with the tutorials' sizes. */
  private static List<LayerSpec> textLstm() {
    return List.of(embedding(64), dropout(0.3), lstm(64), dropout(0.3));
  }

  /** An LSTM each way and the attention of Vaswani et al. 2017, Attention is all you need. */
  private static List<LayerSpec> textBilstmAttention() {
    return List.of(
        embedding(64),
        dropout(0.3),
        bidirectional(lstm(32).with("return-sequences", true)),
        layer("self-attention").with("units", 64).with("heads", 2),
        layer("global-max-pooling1d"),
        dropout(0.3));
  }

  /**
   * Kim 2014, Convolutional neural networks for sentence classification: convolutions of three
   * widths side by side, the largest value of each filter.
   */
  private static List<LayerSpec> textCnn() {
    List<LayerSpec> layers = new ArrayList<>(List.of(embedding(64), dropout(0.3).named("words")));
    for (int width = 3; width <= 5; width++) {
      layers.add(relu(conv1d(64, width)).with(PADDING, SAME).after("words"));
      layers.add(layer("global-max-pooling1d").named("largest-" + width));
    }
    layers.add(concatenate("largest-3", "largest-4", "largest-5"));
    layers.add(dropout(0.5));
    return layers;
  }

  /** For time series: three stacked layers, as the tutorials on sequences have them. */
  private static List<LayerSpec> sequenceLstm() {
    return List.of(
        lstm(50).with("return-sequences", true),
        dropout(0.2),
        lstm(50).with("return-sequences", true),
        dropout(0.2),
        lstm(50),
        dropout(0.2));
  }
}
