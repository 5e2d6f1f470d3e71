/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.acceleration;

import io.kindling.convolutional.ConvolutionalAcceleration;
import io.kindling.model.Network;
import io.kindling.recurrent.RecurrentAcceleration;
import java.lang.reflect.Field;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts accelerations into the layers of a network that is about to be trained. */
public final class TrainingAcceleration {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingAcceleration.class);

  private TrainingAcceleration() {}

  /**
   * Accelerates what can be accelerated and leaves the rest as it is, but for graphs with frozen
   * layers, whose backward pass it mends.
   *
   * @param network initialised; from now on every training forward pass of it must be followed by
   *     its backward pass, as {@code fit} does
   * @return how many layers were changed
   */
  public static int install(Network network) {
    if (network.model() instanceof ComputationGraph graph) {
      FrozenBranches.install(graph);
    }
    int recurrent = RecurrentAcceleration.install(network.model());
    RecurrentAcceleration.leaveOutInputGradient(network.model());
    int convolutional = ConvolutionalAcceleration.install(network.model());
    return recurrent + convolutional + installConvolutions(network);
  }

  private static int installConvolutions(Network network) {
    // Layers may change their input in place, which is the output that is kept; plain dropout only
    // scales it or sets it to zero, other noise may turn its sign.
    for (Layer layer : network.layers()) {
      IDropout noise = layer.conf().getLayer().getIDropout();
      if (noise != null && noise.getClass() != Dropout.class) {
        return 0;
      }
    }
    Set<Layer> excluded =
        network.model() instanceof ComputationGraph graph
            ? new SharedActivations(graph).droppedInPart()
            : Set.of();
    int changed = 0;
    for (Layer layer : network.layers()) {
      if (!excluded.contains(layer)
          && layer instanceof ConvolutionLayer convolution
          && convolution.getClass() == ConvolutionLayer.class
          && convolution.getHelper() instanceof ConvolutionHelper helper
          && keepsSign(convolution.layerConf().getActivationFn())
          && convolution.layerConf().getWeightNoise() == null) {
        changed += replaceHelper(convolution, new OnceForwardConvolution(helper)) ? 1 : 0;
      }
    }
    return changed;
  }

  /** Activations whose derivative is the same at the pre-activation and at the activation. */
  private static boolean keepsSign(IActivation activation) {
    return activation instanceof ActivationIdentity || new ActivationReLU().equals(activation);
  }

  /** The field has no setter in 1.0.0-M2.1. */
  private static boolean replaceHelper(ConvolutionLayer layer, ConvolutionHelper helper) {
    try {
      Field field = ConvolutionLayer.class.getDeclaredField("helper");
      field.setAccessible(true);
      field.set(layer, helper);
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("Convolutions stay as Deeplearning4j has them, a fifth slower in training", e);
      return false;
    }
  }
}
