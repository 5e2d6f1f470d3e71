/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import org.apache.spark.ml.linalg.Vector;
import scala.collection.Iterator;
import scala.collection.Seq;

/** Numbers in a row: a {@code Vector}, or a sequence of floats or doubles. */
final class Numbers {
  private Numbers() {}

  static int size(Object numbers) {
    return numbers instanceof Vector vector ? vector.size() : ((Seq<?>) numbers).size();
  }

  /**
   * Writes them as floats.
   *
   * @param where they are, for messages
   * @throws BadInputException if one is null or no finite float
   */
  static void put(Object numbers, String where, byte[] out, int offset) throws BadInputException {
    if (numbers instanceof Vector vector) {
      for (int i = 0; i < vector.size(); i++) {
        putFloat(out, offset, i, vector.apply(i), where);
      }
      return;
    }
    Iterator<?> elements = ((Seq<?>) numbers).iterator();
    for (int i = 0; elements.hasNext(); i++) {
      if (!(elements.next() instanceof Number number)) {
        throw new BadInputException("element " + i + " of " + where + " is null");
      }
      putFloat(out, offset, i, number.doubleValue(), where);
    }
  }

  private static void putFloat(byte[] out, int offset, int index, double value, String where)
      throws BadInputException {
    float narrowed = (float) value;
    if (!Float.isFinite(narrowed)) {
      throw new BadInputException(
          "element " + index + " of " + where + " is " + value + ", which is no finite float");
    }
    LittleEndian.putFloat(out, offset + index * Float.BYTES, narrowed);
  }
}
