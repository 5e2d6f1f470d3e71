/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.BadRowException;
import scala.collection.Seq;

/** Arrays of arrays of numbers, checked. */
final class Sequences {
  private Sequences() {}

  /**
   * The values, {@code [steps, width]}.
   *
   * @param cell an array of arrays of floats as Spark has it in a row
   * @throws BadRowException naming the step, from 0, if one is null or of another width, or a value
   *     in it is null or not finite
   */
  static float[][] checked(Object cell) throws BadRowException {
    Seq<?> steps = (Seq<?>) cell;
    if (steps.isEmpty()) {
      throw new BadRowException("a sequence without steps");
    }
    float[][] values = new float[steps.length()][];
    for (int i = 0; i < values.length; i++) {
      if (!(steps.apply(i) instanceof Seq<?> step)) {
        throw new BadRowException("step " + i + " is null");
      }
      values[i] = values(step, i);
      if (values[i].length != values[0].length) {
        throw new BadRowException(
            "step %d has %d values, step 0 has %d"
                .formatted(i, values[i].length, values[0].length));
      }
    }
    return values;
  }

  private static float[] values(Seq<?> step, int index) throws BadRowException {
    if (step.isEmpty()) {
      throw new BadRowException("step " + index + " has no values");
    }
    float[] values = new float[step.length()];
    for (int j = 0; j < values.length; j++) {
      Object value = step.apply(j);
      if (!(value instanceof Float number)) {
        throw new BadRowException("value " + j + " of step " + index + " is null");
      }
      if (!Float.isFinite(number)) {
        throw new BadRowException(
            "value " + j + " of step " + index + " is " + number + ", or too large for a float");
      }
      values[j] = number;
    }
    return values;
  }
}
