/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.data.Nearest;
import io.kindling.optimizers.Adadelta;
import io.kindling.optimizers.Adagrad;
import io.kindling.optimizers.DecoupledWeightDecay;
import io.kindling.optimizers.Momentum;
import io.kindling.optimizers.Nadam;
import io.kindling.optimizers.RateSchedule;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The rule by which gradients change parameters, as Keras has it and with Keras' defaults for what
 * is not given; a number that the optimizer has no use for is passed over. Two are DL4J's with a
 * difference that only tells where gradients are tiny: rmsprop adds its epsilon of 1e-7 to the root
 * of the mean of squares, which starts with it, where Keras adds it under the root; adamax has
 * none, as in its paper.
 *
 * @param name of {@link #NAMES}
 * @param learningRate above 0; NaN for the optimizer's usual one: 0.01 for sgd and momentum, 0.001
 *     for the others
 * @param l1 added to each weight's gradient times its sign; 0 for none
 * @param l2 added to each weight's gradient times the weight; 0 for none
 * @param momentum of sgd, at least 0, less than 1; NaN for 0
 * @param nesterov whether sgd's momentum looks ahead
 * @param rho the share of their running means that rmsprop and adadelta keep, at least 0, less than
 *     1; NaN for the usual one: 0.9 for rmsprop, 0.95 for adadelta
 * @param weightDecay of adamw: each step takes the learning rate times this times the weight from
 *     each weight (other than in Keras not from biases and batch normalization's parameters); NaN
 *     for 0.004
 * @param schedule of the learning rate
 */
public record OptimizerSpec(
    String name,
    double learningRate,
    double l1,
    double l2,
    double momentum,
    boolean nesterov,
    double rho,
    double weightDecay,
    ScheduleSpec schedule) {
  /** The names that {@code name} may have; momentum is sgd with Nesterov's momentum of 0.9. */
  public static final List<String> NAMES =
      List.of(
          "sgd",
          "momentum",
          "rmsprop",
          "adam",
          "adamw",
          "adamax",
          "nadam",
          "amsgrad",
          "adagrad",
          "adadelta");

  private static final double EPSILON = 1e-7;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  /** An optimizer with its usual settings but for the learning rate, which stays. */
  public OptimizerSpec(String name, double learningRate, double l1, double l2) {
    this(
        name,
        learningRate,
        l1,
        l2,
        Double.NaN,
        false,
        Double.NaN,
        Double.NaN,
        ScheduleSpec.CONSTANT);
  }

  /** Sets the optimizer and its penalties. */
  void setOn(NeuralNetConfiguration.Builder builder) {
    List<Regularization> penalties = new ArrayList<>();
    if (l1 > 0) {
      penalties.add(new L1Regularization(l1));
    }
    if (l2 > 0) {
      penalties.add(new L2Regularization(l2));
    }
    if (name.equals("adamw")) {
      penalties.add(new DecoupledWeightDecay(orUsual(weightDecay, 0.004)));
    }
    builder.updater(updater()).regularization(penalties);
  }

  IUpdater updater() {
    double usual = name.equals("sgd") || name.equals("momentum") ? 0.01 : 0.001;
    double rate = orUsual(learningRate, usual);
    IUpdater updater = updater(rate);
    RateSchedule rates = schedule.from(rate);
    if (rates != null) {
      updater.setLrAndSchedule(rate, rates);
    }
    return updater;
  }

  private IUpdater updater(double rate) {
    return switch (name) {
      case "sgd" -> sgd(rate, orUsual(momentum, 0));
      case "momentum" -> new Nesterovs(rate, 0.9);
      case "rmsprop" -> new RmsProp(rate, orUsual(rho, 0.9), EPSILON);
      case "adam", "adamw" -> new Adam(rate, BETA1, BETA2, EPSILON);
      case "adamax" -> new AdaMax(rate, BETA1, BETA2, EPSILON);
      case "nadam" -> new Nadam(rate, BETA1, BETA2, EPSILON);
      case "amsgrad" -> new AMSGrad(rate, BETA1, BETA2, EPSILON);
      case "adagrad" -> new Adagrad(rate, 0.1, EPSILON);
      case "adadelta" -> new Adadelta(rate, orUsual(rho, 0.95), EPSILON);
      default ->
          throw new KindlingException(
              "Cannot build the network: there is no optimizer '%s'; the nearest is '%s', all are %s"
                  .formatted(name, Nearest.of(name, NAMES), String.join(", ", NAMES)));
    };
  }

  private IUpdater sgd(double rate, double kept) {
    if (kept == 0) {
      return new Sgd(rate);
    }
    return nesterov ? new Nesterovs(rate, kept) : new Momentum(rate, kept);
  }

  private static double orUsual(double value, double usual) {
    return Double.isNaN(value) ? usual : value;
  }
}
