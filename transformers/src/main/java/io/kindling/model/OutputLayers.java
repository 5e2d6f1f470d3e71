/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
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

  /** Makes the last layer give logits, where it gives probabilities. */
  static void removeSoftmax(NetworkConfiguration configuration) {
    BaseOutputLayer output = of(configuration);
    if (output.getActivationFn() instanceof ActivationSoftmax) {
      output.setActivationFn(new ActivationIdentity());
    }
  }

  /**
   * The loss of a network that predicts one number.
   *
   * @throws KindlingException if its last layer is no output layer of one unit with the identity as
   *     activation and one of the known losses
   */
  public static RegressionLoss regressionLoss(NetworkConfiguration configuration) {
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
    for (RegressionLoss loss : RegressionLoss.values()) {
      if (loss.is(output.getLossFn())) {
        return loss;
      }
    }
    throw new KindlingException(
        "Cannot use the network: its output layer's loss is %s, a regression needs MSE or MAE"
            .formatted(output.getLossFn()));
  }

  /**
   * The number of classes of a softmax classification network.
   *
   * @throws KindlingException if its last layer is no output layer with softmax and cross-entropy
   */
  public static int classes(NetworkConfiguration configuration) {
    BaseOutputLayer output = of(configuration);
    if (!(output.getActivationFn() instanceof ActivationSoftmax)) {
      throw new KindlingException(
          "Cannot use the network: its output layer's activation is %s, a classifier needs softmax"
              .formatted(output.getActivationFn()));
    }
    // Negative log likelihood is a kind of MCXENT.
    if (!(output.getLossFn() instanceof LossMCXENT)) {
      throw new KindlingException(
          "Cannot use the network: its output layer's loss is %s, a classifier needs MCXENT or"
                  .formatted(output.getLossFn())
              + " NEGATIVELOGLIKELIHOOD");
    }
    return Math.toIntExact(output.getNOut());
  }
}
