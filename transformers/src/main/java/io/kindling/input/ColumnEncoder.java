/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import org.apache.spark.sql.Row;
import scala.collection.Seq;

/**
 * The way of a DataFrame's column into a network: Spark's values become those that {@link
 * NetworkInput} takes, which knows nothing of Spark. Immutable.
 */
public final class ColumnEncoder {
  private final NetworkInput input;

  public ColumnEncoder(NetworkInput input) {
    this.input = input;
  }

  /**
   * Writes one example in compact form.
   *
   * @param value an image struct, a {@code Vector}, a sequence of floats or doubles, or a sequence
   *     as {@link SequenceColumn} has them
   * @param out receives a whole number of steps
   * @throws BadInputException if the value is null, or {@link NetworkInput#encode} does not take it
   */
  public void encode(Object value, ExampleBuffer out) throws BadInputException {
    if (value == null) {
      throw new BadInputException("no input (null)");
    }
    input.encode(
        switch (input.spec().kind()) {
          case IMAGE -> pixels((Row) value);
          case VECTOR -> Numbers.floats(value, "the input");
          case TOKENS -> tokens(Steps.of(value));
          case SEQUENCE -> steps(Steps.of(value));
        },
        out);
  }

  private static Pixels pixels(Row image) throws BadInputException {
    try {
      return ImageRows.pixels(image);
    } catch (BadImageException e) {
      throw new BadInputException(e.getMessage());
    }
  }

  private static TokenIds tokens(Steps steps) throws BadInputException {
    Seq<?> values = steps.values();
    int[] ids = new int[values.size()];
    scala.collection.Iterator<?> rest = values.iterator();
    for (int i = 0; i < ids.length; i++) {
      Object id = rest.next();
      if (id != null) {
        ids[i] = (Integer) id;
      } else if (i >= steps.start() && i < steps.start() + steps.length()) {
        throw new BadInputException("token " + (i - steps.start()) + " is null");
      }
    }
    return new TokenIds(ids, steps.start(), steps.length());
  }

  private static float[][] steps(Steps steps) throws BadInputException {
    float[][] values = new float[steps.length()][];
    scala.collection.Iterator<?> rest = steps.iterator();
    for (int step = 0; step < values.length; step++) {
      Object numbers = rest.next();
      if (numbers == null) {
        throw new BadInputException("step " + step + " is null");
      }
      values[step] = Numbers.floats(numbers, "step " + step);
    }
    return values;
  }
}
