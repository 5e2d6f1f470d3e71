/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** The last layer of a network, and what is asked of it. */
public final class OutputLayers {
  private OutputLayers() {}

  /** The configuration's last layer, which must be an output layer. */
  private static BaseOutputLayer of(NetworkConfiguration configuration) {
    Layer last = configuration.lastLayer();
    if (last instanceof BaseOutputLayer output && !(last instanceof RnnOutputLayer)) {
      return output;
    }
    throw new KindlingException(
        "Cannot use the network: its last layer is a %s, it must be an OutputLayer"
            .formatted(last.getClass().getSimpleName()));
  }

  /** Makes a classifier's last layer give what its units sum up, without their activation. */
  static void removeActivation(NetworkConfiguration configuration) {
    BaseOutputLayer output = of(configuration);
    if (output.getActivationFn() instanceof ActivationSoftmax
        || output.getActivationFn() instanceof ActivationSigmoid) {
      output.setActivationFn(new ActivationIdentity());
    }
  }

  /**
   * A trained network's configuration as any Deeplearning4j program can read it.
   *
   * @param json of a network that may train with a {@link KerasLoss}
   */
  public static String withoutKerasLoss(String json) {
    NetworkConfiguration configuration = NetworkConfiguration.parse(json);
    BaseOutputLayer output = of(configuration);
    if (output.getLossFn() instanceof KerasLoss ours) {
      output.setLossFn(ours.loss().function().getILossFunction());
      return configuration.toJson();
    }
    return json;
  }

  /** The units of the last layer. */
  public static int units(NetworkConfiguration configuration) {
    return Math.toIntExact(of(configuration).getNOut());
  }

  /**
   * The loss of a network that predicts one number.
   *
   * @throws KindlingException if its last layer is no output layer of one unit with the identity as
   *     activation and one of the known losses
   */
  public static Loss numberLoss(NetworkConfiguration configuration) {
    BaseOutputLayer output = of(configuration);
    if (!(output.getActivationFn() instanceof ActivationIdentity)) {
      throw new KindlingException(
          "Cannot use the network: its output layer's activation is %s, a regression needs identity"
              .formatted(output.getActivationFn()));
    }
    if (output.getNOut() != 1) {
      throw new KindlingException(
          "Cannot use the network: its output layer has %d units, a regression needs 1"
              .formatted(output.getNOut()));
    }
    // Of one unit the sum is the mean.
    if (output.getLossFn() instanceof LossL2 squares && squares.getWeights() == null) {
      return Loss.MSE;
    }
    if (output.getLossFn() instanceof LossL1 distances && distances.getWeights() == null) {
      return Loss.MAE;
    }
    throw new KindlingException(
        "Cannot use the network: its output layer's loss is %s, a regression needs MSE or MAE"
            .formatted(output.getLossFn()));
  }

  /**
   * The loss of a classification network.
   *
   * @throws KindlingException if its last layer is no output layer, its activation and its loss are
   *     none that go together, or its loss has weights of classes
   */
  public static Loss classLoss(NetworkConfiguration configuration) {
    BaseOutputLayer output = of(configuration);
    if (isWeighted(output.getLossFn())) {
      throw new KindlingException(
          "Cannot use the network: the loss of its output layer has weights of its own; leave them away, and set classWeights (training.class-weights)");
    }
    for (Loss loss : Loss.values()) {
      if (loss.is(output.getLossFn())
          && loss.activation().getActivationFunction().equals(output.getActivationFn())) {
        return loss;
      }
    }
    throw new KindlingException(
        "Cannot use the network: its output layer's activation is %s and its loss %s; a classifier needs softmax with MCXENT, NEGATIVELOGLIKELIHOOD, KL_DIVERGENCE, COSINE_PROXIMITY, MSE or MEAN_ABSOLUTE_ERROR, sigmoid with XENT, or identity with HINGE or SQUARED_HINGE"
            .formatted(output.getActivationFn(), output.getLossFn()));
  }

  /** Whether classes do not count alike; metrics would not tell the loss that training has. */
  private static boolean isWeighted(ILossFunction loss) {
    return (loss instanceof LossMCXENT softmax && softmax.getWeights() != null)
        || (loss instanceof LossBinaryXENT sigmoids && sigmoids.getWeights() != null)
        || (loss instanceof LossL2 squares && squares.getWeights() != null)
        || (loss instanceof LossL1 distances && distances.getWeights() != null);
  }
}
