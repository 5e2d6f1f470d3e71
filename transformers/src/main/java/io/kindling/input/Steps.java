/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import org.apache.spark.sql.Row;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * The real steps of a sequence column's value, without padding that is told of.
 *
 * @param values of the sequence, padding included
 * @param start the first real one
 * @param length how many are real
 */
record Steps(Seq<?> values, int start, int length) {
  /**
   * @param value a sequence, or the struct of {@link SequenceColumn}
   * @throws BadInputException if the struct does not tell which values are real
   */
  static Steps of(Object value) throws BadInputException {
    if (!(value instanceof Row struct)) {
      Seq<?> values = (Seq<?>) value;
      return new Steps(values, 0, values.size());
    }
    if (struct.isNullAt(0) || struct.isNullAt(1) || struct.isNullAt(2)) {
      throw new BadInputException("a sequence with a null in it: " + struct);
    }
    Seq<?> values = struct.getAs(0);
    int start = struct.getInt(1);
    int length = struct.getInt(2);
    if (start < 0 || length < 0 || start > values.size() - length) {
      throw new BadInputException(
          "sequence of %d values, of which %d from %d on shall be real"
              .formatted(values.size(), length, start));
    }
    return new Steps(values, start, length);
  }

  /** The real values. */
  Iterator<?> iterator() {
    return values.iterator().slice(start, start + length);
  }
}
