/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;

/**
 * One of several classes; labels are their indices.
 *
 * @param classes labels run from 0 to one less
 */
public record ClassTarget(int classes) implements Target {
  private static final long serialVersionUID = 1L;

  @Override
  public int units() {
    return classes;
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
    targets[example * classes + (int) encoded] = 1f;
  }

  @Override
  public double loss(double ofNetwork) {
    return ofNetwork;
  }

  @Override
  public PredictionCounts counts() {
    return new ClassificationCounts(classes);
  }

  @Override
  public void check(NetworkConfiguration configuration) {
    int units = OutputLayers.classes(configuration);
    if (units != classes) {
      throw new KindlingException(
          "Cannot train: the network's output layer has %d units, but the labels have %d classes"
              .formatted(units, classes));
    }
  }
}
