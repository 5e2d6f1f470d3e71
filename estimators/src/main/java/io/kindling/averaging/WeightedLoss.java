/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.model.Network;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A loss times the weight of each example: a minibatch's loss is {@code sum(weight * loss) /
 * examples}, as Keras' {@code sample_weight} has it.
 *
 * <p>DL4J's own label mask looks as if it were for that, but 1.0.0-M2.1 multiplies the logits with
 * it, too ({@code BaseLayer.preOutputWithPreNorm}), so that it is right for 0 and 1 only; {@code
 * WeightsTest} fails with it.
 */
final class WeightedLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  private final ILossFunction loss;
  private transient INDArray weights;

  private WeightedLoss(ILossFunction loss) {
    this.loss = loss;
  }

  /** Puts it into the place of the output layer's loss, which training has checked to be there. */
  static WeightedLoss install(Network network) {
    BaseOutputLayer output = (BaseOutputLayer) network.configuration().lastLayer();
    WeightedLoss weighted = new WeightedLoss(output.getLossFn());
    output.setLossFn(weighted);
    return weighted;
  }

  /** Sets the weights of the next minibatch, {@code [examples, 1]}. */
  void use(INDArray exampleWeights) {
    weights = exampleWeights;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    INDArray scores = loss.computeScoreArray(labels, preOutput, activation, mask);
    return scores.muli(weights.reshape(scores.shape()));
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    double sum = computeScoreArray(labels, preOutput, activation, mask).sumNumber().doubleValue();
    return average ? sum / labels.size(0) : sum;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    return loss.computeGradient(labels, preOutput, activation, mask).muliColumnVector(weights);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activation, mask, average),
        computeGradient(labels, preOutput, activation, mask));
  }

  @Override
  public String name() {
    return loss.name();
  }
}
