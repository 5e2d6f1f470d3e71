/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The two networks of {@code benchmark convolutions}, for images 32 x 32 x 3 of ten classes; those
 * of PyTorch's program beside.
 */
final class ConvolutionalGraphs {
  static final int SIDE = 32;
  static final int CHANNELS = 3;
  static final int CLASSES = 10;

  private final GraphBuilder graph =
      new NeuralNetConfiguration.Builder()
          .seed(1)
          .updater(new Adam(1e-3))
          .weightInit(WeightInit.RELU)
          .graphBuilder()
          .addInputs("input")
          .setInputTypes(InputType.convolutional(SIDE, SIDE, CHANNELS));
  private String last = "input";
  private int count;

  private ConvolutionalGraphs() {}

  /**
   * A network by name.
   *
   * @param name {@code resnet20} (He et al., "Deep Residual Learning for Image Recognition", 2015,
   *     section 4.2, projections where the shape changes) or {@code mobilenet} (Howard et al.,
   *     "MobileNets", 2017: depthwise and pointwise convolutions, six pairs of them)
   */
  static ComputationGraphConfiguration of(String name) {
    return switch (name) {
      case "resnet20" -> new ConvolutionalGraphs().residual();
      case "mobilenet" -> new ConvolutionalGraphs().depthwise();
      default -> throw new IllegalArgumentException("no network " + name);
    };
  }

  private ComputationGraphConfiguration residual() {
    convolution(16, 3, 1);
    normalization(Activation.RELU);
    for (int filters : new int[] {16, 32, 64}) {
      for (int block = 0; block < 3; block++) {
        boolean changes = block == 0 && filters > 16;
        String shortcut = last;
        convolution(filters, 3, changes ? 2 : 1);
        normalization(Activation.RELU);
        convolution(filters, 3, 1);
        String way = normalization(Activation.IDENTITY);
        if (changes) {
          last = shortcut;
          shortcut = convolution(filters, 1, 2);
        }
        String sum = "add" + ++count;
        graph.addVertex(sum, new ElementWiseVertex(ElementWiseVertex.Op.Add), way, shortcut);
        last = sum;
        relu();
      }
    }
    return end();
  }

  private ComputationGraphConfiguration depthwise() {
    convolution(32, 3, 1);
    normalization(Activation.RELU);
    int[] filters = {64, 128, 128, 256, 256, 256};
    int[] strides = {1, 2, 1, 2, 1, 1};
    for (int pair = 0; pair < filters.length; pair++) {
      add(
          new DepthwiseConvolution2D.Builder(3, 3)
              .depthMultiplier(1)
              .stride(strides[pair], strides[pair])
              .convolutionMode(ConvolutionMode.Same)
              .hasBias(false)
              .activation(Activation.IDENTITY)
              .build());
      normalization(Activation.RELU);
      convolution(filters[pair], 1, 1);
      normalization(Activation.RELU);
    }
    return end();
  }

  private String convolution(int filters, int kernel, int stride) {
    return add(
        new ConvolutionLayer.Builder(kernel, kernel)
            .nOut(filters)
            .stride(stride, stride)
            .convolutionMode(ConvolutionMode.Same)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build());
  }

  private String normalization(Activation after) {
    add(new BatchNormalization.Builder().build());
    return after == Activation.RELU ? relu() : last;
  }

  private String relu() {
    return add(new ActivationLayer(Activation.RELU));
  }

  private ComputationGraphConfiguration end() {
    add(new GlobalPoolingLayer(PoolingType.AVG));
    add(new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build());
    return graph.setOutputs(last).build();
  }

  private String add(org.deeplearning4j.nn.conf.layers.Layer layer) {
    String name = layer.getClass().getSimpleName() + ++count;
    graph.addLayer(name, layer, last);
    last = name;
    return name;
  }
}
