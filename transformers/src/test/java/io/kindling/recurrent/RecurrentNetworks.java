/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.input.HostArrays;
import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small recurrent networks, minibatches for them, and how near two results must be. */
final class RecurrentNetworks {
  /** Of the largest value. */
  static final double TOLERANCE = 1e-5;

  static final int INPUTS = 5;
  static final int CLASSES = 3;

  private RecurrentNetworks() {}

  /** Padding of a minibatch. */
  enum Padding {
    NONE,
    END,
    START,
    HOLES
  }

  static MultiLayerConfiguration configuration(int inputs, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(17).updater(new Adam(0.01)).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list.setInputType(InputType.recurrent(inputs)).build();
  }

  static LSTM lstm(int units) {
    return new LSTM.Builder().nOut(units).activation(Activation.TANH).build();
  }

  static RnnOutputLayer perStep() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static GlobalPoolingLayer pooled(PoolingType type) {
    return new GlobalPoolingLayer.Builder(type).build();
  }

  static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
    network.init();
    return network;
  }

  /** The gradient of one minibatch, the network's own array; the mask is that of the features. */
  static INDArray gradient(
      MultiLayerNetwork network, INDArray features, INDArray labels, INDArray mask) {
    network.setInput(features);
    network.setLabels(labels);
    network.setLayerMaskArrays(mask, labels.rank() == 3 ? mask : null);
    network.computeGradientAndScore();
    network.clearLayerMaskArrays();
    return network.getFlattenedGradients();
  }

  static INDArray values(Random random, int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape('c', Arrays.stream(shape).asLongStream().toArray());
  }

  static INDArray labels(Random random, int examples) {
    INDArray labels = Nd4j.zeros(examples, CLASSES);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, random.nextInt(CLASSES), 1);
    }
    return labels;
  }

  static INDArray labels(Random random, int examples, int steps) {
    INDArray labels = Nd4j.zeros(examples, CLASSES, steps);
    for (int i = 0; i < examples; i++) {
      for (int step = 0; step < steps; step++) {
        labels.putScalar(i, random.nextInt(CLASSES), step, 1);
      }
    }
    return labels;
  }

  /** At least one real step an example; with padding at the end, the last step is nobody's. */
  static INDArray mask(Random random, Padding padding, int examples, int steps) {
    if (padding == Padding.NONE) {
      return null;
    }
    INDArray mask = Nd4j.zeros(examples, steps);
    for (int i = 0; i < examples; i++) {
      int length = 1 + random.nextInt(Math.max(1, steps - 1));
      int start = random.nextInt(steps);
      for (int step = 0; step < steps; step++) {
        boolean real =
            switch (padding) {
              case NONE -> true;
              case END -> step < length;
              case START -> step >= steps - length;
              case HOLES -> step == start || random.nextInt(3) > 0;
            };
        mask.putScalar(i, step, real ? 1 : 0);
      }
    }
    return mask;
  }

  static void assertClose(String what, INDArray expected, INDArray actual) {
    assertClose(what, expected, actual, TOLERANCE);
  }

  /** Whether no value differs by more than so much of the largest. */
  static void assertClose(String what, INDArray expected, INDArray actual, double tolerance) {
    float[] wanted = HostArrays.floats(expected.dup('c'));
    float[] given = HostArrays.floats(actual.dup('c'));
    assertEquals(wanted.length, given.length, what);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < wanted.length; i++) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      difference = Math.max(difference, Math.abs(wanted[i] - given[i]));
    }
    assertTrue(
        difference <= tolerance * largest, what + ": differs by " + difference + " of " + largest);
  }
}
