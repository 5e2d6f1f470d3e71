/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.input.SequenceColumn;
import io.kindling.model.Network;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whether a network of a user's own gives the same for a sequence whatever it is padded to. Layers
 * that we offer do; of others that Deeplearning4j 1.0.0-M2.1 has, some do not.
 */
final class PaddingCheck {
  private static final int[] LENGTHS = {9, 6, 1};
  private static final double TOLERANCE = 1e-4;

  private PaddingCheck() {}

  /**
   * Compares sequences alone with the same in one minibatch.
   *
   * @param network of its own, whose parameters are changed
   * @return the largest difference, as a share of what it gives where that is above 1
   * @throws KindlingException if padding changes what the network gives
   */
  static double of(Network network, InputSpec input) {
    Random random = new Random(3);
    // Biases that are zero, as at first, would hide that they reach the next layer.
    float[] noise = new float[Math.toIntExact(network.params().length())];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = 0.1f * (random.nextFloat() - 0.5f);
    }
    network.params().addi(Nd4j.createFromArray(noise).reshape(network.params().shape()));

    INDArray together = Nd4j.zeros(input.shape(LENGTHS.length, LENGTHS[0]));
    INDArray mask = Nd4j.zeros(LENGTHS.length, LENGTHS[0]);
    INDArray[] alone = new INDArray[LENGTHS.length];
    for (int i = 0; i < LENGTHS.length; i++) {
      alone[i] = Nd4j.zeros(input.shape(1, LENGTHS[i]));
      for (int step = 0; step < LENGTHS[i]; step++) {
        mask.putScalar(i, step, 1);
        for (int k = 0; k < input.width(); k++) {
          double value =
              input.kind() == InputSpec.Kind.TOKENS
                  ? SequenceColumn.UNKNOWN_ID
                      + random.nextInt(input.vocabulary() - SequenceColumn.UNKNOWN_ID)
                  : random.nextGaussian();
          alone[i].putScalar(0, k, step, value);
          together.putScalar(i, k, step, value);
        }
      }
    }
    INDArray padded = network.output(together, mask).detach();
    double largest = 0;
    for (int i = 0; i < LENGTHS.length; i++) {
      INDArray single = network.output(alone[i], null);
      double size = Math.max(1, single.amaxNumber().doubleValue());
      double difference = single.sub(padded.getRow(i, true)).amaxNumber().doubleValue();
      largest = Math.max(largest, difference / size);
    }
    if (!(largest <= TOLERANCE)) {
      throw new KindlingException(
          "Cannot use the network: padding changes what it gives for a sequence (by %.2g), for one of its layers does not heed masks; leave out batch normalization over steps and convolutions of padding 'same' with a stride, or say the network as layers"
              .formatted(largest));
    }
    return largest;
  }
}
