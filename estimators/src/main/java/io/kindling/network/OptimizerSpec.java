/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import java.util.List;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * The rule by which gradients change parameters, with Keras' defaults for what is not given.
 *
 * @param name sgd, momentum (Nesterov's, 0.9), rmsprop (rho 0.9) or adam (0.9, 0.999)
 * @param learningRate above 0; NaN for the optimizer's usual one: 0.01 for sgd and momentum, 0.001
 *     for rmsprop and adam
 * @param l1 added to each weight's gradient times its sign; 0 for none
 * @param l2 added to each weight's gradient times the weight; 0 for none
 */
public record OptimizerSpec(String name, double learningRate, double l1, double l2) {
  /** The names that {@code name} may have. */
  public static final List<String> NAMES = List.of("sgd", "momentum", "rmsprop", "adam");

  private static final double EPSILON = 1e-7;

  IUpdater updater() {
    return switch (name) {
      case "sgd" -> new Sgd(rate(0.01));
      case "momentum" -> new Nesterovs(rate(0.01), 0.9);
      case "rmsprop" -> new RmsProp(rate(0.001), 0.9, EPSILON);
      case "adam" -> new Adam(rate(0.001), 0.9, 0.999, EPSILON);
      default ->
          throw new KindlingException(
              "Cannot build the network: optimizer must be one of %s, not %s"
                  .formatted(String.join(", ", NAMES), name));
    };
  }

  private double rate(double usual) {
    return Double.isNaN(learningRate) ? usual : learningRate;
  }
}
