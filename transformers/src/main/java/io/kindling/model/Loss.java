/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.data.KindlingException;
import io.kindling.data.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * What training makes small, by Keras' names and on Keras' scale: of an example with several units
 * the mean over them, except for cross-entropy, divergence and cosine, which are sums.
 *
 * <p>For classes a loss comes with the activation of the output layer and the coding of labels.
 * {@link #MSE} and {@link #MAE} are losses of a number, too; its unit has no activation.
 *
 * <p>The formulas take what a unit gives before its activation, so that none of them overflows, and
 * a confident mistake still has a gradient.
 */
public enum Loss {
  /** Softmax over the classes, and {@code -ln} of the true class's probability. */
  CATEGORICAL_CROSSENTROPY(Activation.SOFTMAX, LossFunction.MCXENT) {
    @Override
    double value(double[] logits, double[] labels) {
      return -dot(labels, Softmax.logarithms(logits));
    }

    @Override
    double[] gradient(double[] logits, double[] labels) {
      return crossEntropyGradient(logits, labels);
    }
  },

  /**
   * A sigmoid for each class against the rest, {@code -ln} of the probability that each gives to
   * what is so. Of two classes there is one unit, for the second.
   */
  BINARY_CROSSENTROPY(Activation.SIGMOID, LossFunction.XENT) {
    @Override
    double value(double[] logits, double[] labels) {
      double sum = 0;
      for (int i = 0; i < logits.length; i++) {
        sum -=
            labels[i] * Softmax.logSigmoid(logits[i])
                + (1 - labels[i]) * Softmax.logSigmoid(-logits[i]);
      }
      return sum / logits.length;
    }

    @Override
    double[] gradient(double[] logits, double[] labels) {
      double[] gradient = new double[logits.length];
      for (int i = 0; i < logits.length; i++) {
        gradient[i] = (Math.exp(Softmax.logSigmoid(logits[i])) - labels[i]) / logits.length;
      }
      return gradient;
    }
  },

  /** Linear units with labels -1 and 1, {@code max(0, 1 - label * output)}. */
  HINGE(Activation.IDENTITY, LossFunction.HINGE) {
    @Override
    double value(double[] outputs, double[] labels) {
      double sum = 0;
      for (int i = 0; i < outputs.length; i++) {
        sum += Math.max(0, 1 - labels[i] * outputs[i]);
      }
      return sum / outputs.length;
    }

    @Override
    double[] gradient(double[] outputs, double[] labels) {
      double[] gradient = new double[outputs.length];
      for (int i = 0; i < outputs.length; i++) {
        gradient[i] = labels[i] * outputs[i] < 1 ? -labels[i] / outputs.length : 0;
      }
      return gradient;
    }
  },

  /** As {@link #HINGE}, squared. */
  SQUARED_HINGE(Activation.IDENTITY, LossFunction.SQUARED_HINGE) {
    @Override
    double value(double[] outputs, double[] labels) {
      double sum = 0;
      for (int i = 0; i < outputs.length; i++) {
        double missing = Math.max(0, 1 - labels[i] * outputs[i]);
        sum += missing * missing;
      }
      return sum / outputs.length;
    }

    @Override
    double[] gradient(double[] outputs, double[] labels) {
      double[] gradient = new double[outputs.length];
      for (int i = 0; i < outputs.length; i++) {
        double missing = Math.max(0, 1 - labels[i] * outputs[i]);
        gradient[i] = -2 * labels[i] * missing / outputs.length;
      }
      return gradient;
    }
  },

  /** Softmax, and the divergence of Kullback and Leibler of its probabilities from the labels. */
  KL_DIVERGENCE(Activation.SOFTMAX, LossFunction.KL_DIVERGENCE) {
    @Override
    double value(double[] logits, double[] labels) {
      double entropy = 0;
      for (double label : labels) {
        entropy -= label > 0 ? label * Math.log(label) : 0;
      }
      return CATEGORICAL_CROSSENTROPY.value(logits, labels) - entropy;
    }

    @Override
    double[] gradient(double[] logits, double[] labels) {
      return crossEntropyGradient(logits, labels);
    }
  },

  /**
   * Softmax, and the cosine of the angle between its probabilities and the one-hot label, turned in
   * sign. Softmax, because such labels are never negative, and so that there are probabilities: the
   * cosine alone tells nothing of an output's length.
   */
  COSINE_SIMILARITY(Activation.SOFTMAX, LossFunction.COSINE_PROXIMITY) {
    @Override
    double value(double[] logits, double[] labels) {
      double[] outputs = Softmax.probabilities(logits);
      return -dot(labels, outputs) / Math.sqrt(dot(labels, labels) * dot(outputs, outputs));
    }

    @Override
    double[] gradient(double[] logits, double[] labels) {
      double[] outputs = Softmax.probabilities(logits);
      double squared = dot(outputs, outputs);
      double lengths = Math.sqrt(dot(labels, labels) * squared);
      double along = dot(labels, outputs) / squared;
      double[] slopes = new double[outputs.length];
      for (int i = 0; i < slopes.length; i++) {
        slopes[i] = (along * outputs[i] - labels[i]) / lengths;
      }
      return throughSoftmax(slopes, outputs);
    }
  },

  /** The mean of squared errors; of classes those of the softmax's probabilities. */
  MSE(Activation.SOFTMAX, LossFunction.MSE) {
    @Override
    double value(double[] logits, double[] labels) {
      double[] errors = errors(Softmax.probabilities(logits), labels);
      return dot(errors, errors) / errors.length;
    }

    @Override
    double[] gradient(double[] logits, double[] labels) {
      double[] outputs = Softmax.probabilities(logits);
      double[] slopes = errors(outputs, labels);
      for (int i = 0; i < slopes.length; i++) {
        slopes[i] *= 2.0 / slopes.length;
      }
      return throughSoftmax(slopes, outputs);
    }
  },

  /** The mean of absolute errors; of classes those of the softmax's probabilities. */
  MAE(Activation.SOFTMAX, LossFunction.MEAN_ABSOLUTE_ERROR) {
    @Override
    double value(double[] logits, double[] labels) {
      return Arrays.stream(errors(Softmax.probabilities(logits), labels))
          .map(Math::abs)
          .average()
          .orElse(0);
    }

    @Override
    double[] gradient(double[] logits, double[] labels) {
      double[] outputs = Softmax.probabilities(logits);
      double[] slopes = errors(outputs, labels);
      for (int i = 0; i < slopes.length; i++) {
        slopes[i] = Math.signum(slopes[i]) / slopes.length;
      }
      return throughSoftmax(slopes, outputs);
    }
  };

  /** Those of a classification, as params and job files name them. */
  public static final List<String> OF_CLASSES =
      Arrays.stream(values()).map(Loss::toString).toList();

  /** Those of a regression. */
  public static final List<String> OF_NUMBERS = List.of(MSE.toString(), MAE.toString());

  private final Activation activation;
  private final LossFunction function;

  Loss(Activation activation, LossFunction function) {
    this.activation = activation;
    this.function = function;
  }

  /**
   * The one of a name of {@link #OF_CLASSES}.
   *
   * @throws KindlingException if there is none, naming the nearest
   */
  public static Loss ofClasses(String name) {
    return of(name, OF_CLASSES, "a classification");
  }

  /**
   * The one of a name of {@link #OF_NUMBERS}.
   *
   * @throws KindlingException if there is none, naming the nearest
   */
  public static Loss ofNumbers(String name) {
    return of(name, OF_NUMBERS, "a regression");
  }

  private static Loss of(String name, List<String> names, String task) {
    if (names.contains(name)) {
      return named(name);
    }
    throw new KindlingException(
        "Cannot train: %s has no loss '%s'; the nearest is %s, of %s"
            .formatted(task, name, Nearest.of(name, names), String.join(", ", names)));
  }

  @JsonCreator
  private static Loss named(String name) {
    return valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT));
  }

  /** What the output layer of a classifier does to what its units sum up. */
  public Activation activation() {
    return activation;
  }

  /** The same as Deeplearning4j's, which any of its programs knows, on its own scale. */
  public LossFunction function() {
    return function;
  }

  /** Whether labels may be smoothed: whether they are probabilities. */
  public boolean isOfProbabilities() {
    return this == CATEGORICAL_CROSSENTROPY || this == BINARY_CROSSENTROPY || this == KL_DIVERGENCE;
  }

  /** Whether labels are -1 and 1, rather than 0 and 1. */
  public boolean isOfSigns() {
    return this == HINGE || this == SQUARED_HINGE;
  }

  /** Whether the second of two classes may be told from the first by one unit. */
  boolean mayHaveOneUnit() {
    return activation != Activation.SOFTMAX;
  }

  /** The units of an output layer that is made for so many classes. */
  int units(int classes) {
    return this == BINARY_CROSSENTROPY && classes == 2 ? 1 : classes;
  }

  /** Whether a loss function is Deeplearning4j's or ours of this name. */
  boolean is(ILossFunction other) {
    return other instanceof KerasLoss ours
        ? ours.loss() == this
        : function.getILossFunction().getClass().isInstance(other)
            // Its labels are indices, not rows of one for each class.
            && !(other instanceof LossSparseMCXENT);
  }

  /**
   * The probabilities of the classes. Those of softmax, and of sigmoids, of which there is one for
   * each class or whose signs differ, brought to a sum of one, are what the network was trained
   * for; those of a hinge are in the right order, but not calibrated.
   *
   * @param raw one for each class
   */
  double[] probabilities(double[] raw) {
    if (activation != Activation.SIGMOID) {
      return Softmax.probabilities(raw);
    }
    double[] logarithms = new double[raw.length];
    for (int i = 0; i < raw.length; i++) {
      logarithms[i] = Softmax.logSigmoid(raw[i]);
    }
    return Softmax.probabilities(logarithms);
  }

  /**
   * The loss of one example.
   *
   * @param outputs of the units, before their activation
   * @param labels what the units are to give
   */
  abstract double value(double[] outputs, double[] labels);

  /** The gradient of {@link #value} by the outputs. */
  abstract double[] gradient(double[] outputs, double[] labels);

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] errors(double[] outputs, double[] labels) {
    double[] errors = new double[outputs.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = outputs[i] - labels[i];
    }
    return errors;
  }

  private static double[] crossEntropyGradient(double[] logits, double[] labels) {
    double all = Arrays.stream(labels).sum();
    double[] gradient = Softmax.probabilities(logits);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = gradient[i] * all - labels[i];
    }
    return gradient;
  }

  /** From the slopes by the probabilities to those by the logits. */
  private static double[] throughSoftmax(double[] slopes, double[] probabilities) {
    double mean = dot(slopes, probabilities);
    double[] gradient = new double[slopes.length];
    for (int i = 0; i < slopes.length; i++) {
      gradient[i] = probabilities[i] * (slopes[i] - mean);
    }
    return gradient;
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
