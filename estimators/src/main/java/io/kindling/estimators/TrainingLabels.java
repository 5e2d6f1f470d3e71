/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.model.Target;
import java.util.List;

/**
 * What the labels of a training set are.
 *
 * @param target what a network is trained to make of them
 * @param names of the classes; empty where labels are numbers
 * @param classWeights one for each class; empty where none are set
 */
record TrainingLabels(Target target, List<String> names, List<Double> classWeights) {
  TrainingLabels {
    names = List.copyOf(names);
    classWeights = List.copyOf(classWeights);
  }
}
