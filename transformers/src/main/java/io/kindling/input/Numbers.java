/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import org.apache.spark.ml.linalg.Vector;
import scala.collection.Iterator;
import scala.collection.Seq;

/** Numbers in a row: a {@code Vector}, or a sequence of floats or doubles. */
final class Numbers {
  private Numbers() {}

  /**
   * The numbers as floats.
   *
   * @param where they are, for messages
   * @throws BadInputException if one is null or no finite float
   */
  static float[] floats(Object values, String where) throws BadInputException {
    if (values instanceof Vector vector) {
      double[] numbers = vector.toArray();
      float[] floats = new float[numbers.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = FiniteFloats.narrow(numbers[i], i, where);
      }
      return floats;
    }
    Seq<?> sequence = (Seq<?>) values;
    float[] floats = new float[sequence.size()];
    Iterator<?> elements = sequence.iterator();
    for (int i = 0; i < floats.length; i++) {
      if (!(elements.next() instanceof Number number)) {
        throw new BadInputException("element " + i + " of " + where + " is null");
      }
      floats[i] = FiniteFloats.narrow(number.doubleValue(), i, where);
    }
    return floats;
  }
}
