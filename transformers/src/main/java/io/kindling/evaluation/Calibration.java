/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;
import java.util.List;

/**
 * Whether probabilities mean what they say: of the examples that are given 80 percent, 80 percent
 * should be predicted right (Guo et al. 2017, On Calibration of Modern Neural Networks).
 *
 * @param bins examples by the probability of the predicted class, in bins of equal width from 0 to
 *     1; of bins without examples confidence and accuracy are NaN
 * @param expectedError the mean over all examples of the distance between confidence and accuracy
 *     of their bin (ECE)
 * @param maximumError the greatest such distance of a bin (MCE)
 * @param brierScore the mean of the squared distances between the probabilities and the one-hot
 *     label, summed over the classes, 0 to 2 (Brier 1950)
 */
public record Calibration(
    List<Bin> bins, double expectedError, double maximumError, double brierScore)
    implements Serializable {

  /**
   * Examples of similar confidence.
   *
   * @param from the probabilities above this
   * @param to up to this one
   * @param count how many examples
   * @param confidence the mean probability of the predicted class
   * @param accuracy the share predicted right
   */
  public record Bin(double from, double to, long count, double confidence, double accuracy)
      implements Serializable {}
}
