/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;

/** What a regression network minimises, by Keras' names. */
public enum RegressionLoss {
  /** The mean of squared errors. */
  MSE {
    @Override
    public LossFunction function() {
      return LossFunction.MSE;
    }

    @Override
    boolean is(ILossFunction function) {
      // Of one unit the sum is the mean.
      return function instanceof LossL2 sum && sum.getWeights() == null;
    }

    @Override
    double scaled(double loss, double std) {
      return loss * std * std;
    }
  },
  /** The mean of absolute errors. */
  MAE {
    @Override
    public LossFunction function() {
      return LossFunction.MEAN_ABSOLUTE_ERROR;
    }

    @Override
    boolean is(ILossFunction function) {
      return function instanceof LossL1 sum && sum.getWeights() == null;
    }

    @Override
    double scaled(double loss, double std) {
      return loss * std;
    }
  };

  /** All, as params and job files name them. */
  public static final List<String> NAMES =
      Arrays.stream(values()).map(RegressionLoss::toString).toList();

  /** The one of a name of {@link #NAMES}. */
  public static RegressionLoss named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** DL4J's loss function for an output layer of one unit. */
  public abstract LossFunction function();

  /** Whether a loss function comes to this one, for one unit. */
  abstract boolean is(ILossFunction function);

  /** The loss of labels that were divided by {@code std}, for the labels themselves. */
  abstract double scaled(double loss, double std);

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
