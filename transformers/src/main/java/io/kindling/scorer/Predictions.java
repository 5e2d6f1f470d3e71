/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import io.kindling.model.ClassTarget;
import io.kindling.model.NumberTarget;
import io.kindling.model.Softmax;
import io.kindling.model.Target;
import java.util.Arrays;
import java.util.List;

/**
 * Makes predictions of what a network gives, by the formulas of the model's columns.
 *
 * @param target what the outputs mean
 * @param labels names of the classes
 */
record Predictions(Target target, List<String> labels) {
  Prediction of(double[] outputs) {
    if (target instanceof NumberTarget number) {
      return new Prediction(number.decode(outputs[0]), null, List.of(), List.of());
    }
    ClassTarget classes = (ClassTarget) target;
    double[] raw = classes.raw(outputs);
    int best = Softmax.argmax(raw);
    return new Prediction(best, labels.get(best), boxed(classes.probabilities(raw)), boxed(raw));
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
