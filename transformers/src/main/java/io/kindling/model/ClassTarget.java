/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.util.Arrays;

/**
 * One of several classes; labels are their indices.
 *
 * @param classes labels run from 0 to one less
 * @param loss what training makes small, and with it what the network's outputs mean
 * @param units of the output layer: one for each class, or, where {@code loss} is none of softmax,
 *     one that tells the second of two classes from the first
 * @param labelSmoothing the share of a label that is spread over all classes (Szegedy et al. 2016),
 *     of sigmoids over both answers: at least 0, less than 1
 * @param topK how many of the most probable classes count for {@code topKAccuracy}, at least 1
 */
public record ClassTarget(int classes, Loss loss, int units, double labelSmoothing, int topK)
    implements Target {
  private static final long serialVersionUID = 1L;

  /** As Keras has it. */
  public static final int DEFAULT_TOP_K = 5;

  public ClassTarget {
    if (labelSmoothing > 0 && !loss.isOfProbabilities()) {
      throw new KindlingException(
          "Cannot train: labels of the loss %s cannot be smoothed (training.label-smoothing), they are no probabilities; use categorical-crossentropy, binary-crossentropy or kl-divergence, or no smoothing"
              .formatted(loss));
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new KindlingException(
          "Cannot train: label smoothing is %s (training.label-smoothing); it must be at least 0 and less than 1"
              .formatted(labelSmoothing));
    }
    boolean one = units == 1 && classes == 2 && loss.mayHaveOneUnit();
    if (units != classes && !one) {
      throw new KindlingException(
          "Cannot train: the network's output layer has %d units, but the labels have %d classes"
              .formatted(units, classes));
    }
  }

  /** Classes told by softmax and cross-entropy. */
  public ClassTarget(int classes) {
    this(classes, Loss.CATEGORICAL_CROSSENTROPY);
  }

  /** Classes told by an output layer that is made for a loss. */
  public ClassTarget(int classes, Loss loss) {
    this(classes, loss, loss.units(classes), 0, DEFAULT_TOP_K);
  }

  /** The same, trained with smoothed labels. */
  public ClassTarget withLabelSmoothing(double share) {
    return new ClassTarget(classes, loss, units, share, topK);
  }

  /** The same, measured with another {@code topK}. */
  public ClassTarget withTopK(int count) {
    return new ClassTarget(classes, loss, units, labelSmoothing, count);
  }

  @Override
  public String problem(double label) {
    return ClassLabels.isOne(label, classes) ? null : ClassLabels.problem(label, classes);
  }

  @Override
  public float encode(double label) {
    return (float) label;
  }

  @Override
  public void place(float encoded, float[] targets, int example) {
    float off = (float) off();
    if (off != 0) {
      Arrays.fill(targets, example * units, (example + 1) * units, off);
    }
    if (isOneUnit()) {
      targets[example] = encoded == 1 ? (float) on() : off;
    } else {
      targets[example * units + (int) encoded] = (float) on();
    }
  }

  /** What the unit of the true class is to give. */
  private double on() {
    return 1 - labelSmoothing + spread();
  }

  /** What the others are to give. */
  private double off() {
    return loss.isOfSigns() ? -1 : spread();
  }

  /** What smoothing gives to each unit. */
  private double spread() {
    return labelSmoothing / (loss == Loss.BINARY_CROSSENTROPY ? 2 : classes);
  }

  private boolean isOneUnit() {
    return units < classes;
  }

  /** One for each class, logits or margins: of one unit {@code [-z, z]}. */
  public double[] raw(double[] outputs) {
    return isOneUnit() ? new double[] {-outputs[0], outputs[0]} : outputs;
  }

  /** What {@link #raw} was made of. */
  private double[] outputs(double[] raw) {
    return isOneUnit() ? new double[] {raw[1]} : raw;
  }

  /** The probabilities of the classes. */
  public double[] probabilities(double[] raw) {
    return loss.probabilities(raw);
  }

  /** The loss of an example, as training has it, but for penalties. */
  double lossOf(double[] raw, int label) {
    float[] labels = new float[units];
    place(label, labels, 0);
    return loss.value(outputs(raw), Softmax.row(labels, 0, units));
  }

  @Override
  public double loss(double ofNetwork) {
    return ofNetwork;
  }

  @Override
  public PredictionCounts counts() {
    return new ClassificationCounts(this);
  }

  @Override
  public void check(NetworkConfiguration configuration) {
    Loss found = OutputLayers.classLoss(configuration);
    int foundUnits = OutputLayers.units(configuration);
    if (found != loss || foundUnits != units) {
      throw new KindlingException(
          "Cannot use the network: its output layer has %d units and the loss %s, but %d and %s are asked for"
              .formatted(foundUnits, found, units, loss));
    }
  }
}
