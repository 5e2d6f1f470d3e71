/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.input.InputSpec;
import io.kindling.input.InputSpec.ZeroId;
import io.kindling.input.SequenceColumn;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * Where the steps that a network reads lie among the values of a sequence column, padding included.
 *
 * @param size how many values there are
 * @param places of the steps, rising; of a text without tokens, which counts as one unknown word,
 *     there is none
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read only
record StepPlaces(int size, int[] places) {
  /**
   * @param value that the network takes: a sequence, or the struct of {@link SequenceColumn}
   */
  static StepPlaces of(Object value, InputSpec spec) {
    Seq<?> values = value instanceof Row struct ? struct.getAs(0) : (Seq<?>) value;
    int start = value instanceof Row struct ? struct.getInt(1) : 0;
    int end = value instanceof Row struct ? start + struct.getInt(2) : values.size();
    if (spec.kind() != InputSpec.Kind.TOKENS) {
      return new StepPlaces(values.size(), range(start, end));
    }
    if (spec.zero() == ZeroId.TOKEN) {
      return new StepPlaces(values.size(), range(0, values.size()));
    }
    int[] real = new int[values.size()];
    int count = 0;
    Iterator<?> ids = values.iterator();
    for (int i = 0; i < end; i++) {
      boolean token = (Integer) ids.next() != SequenceColumn.PADDING_ID;
      if (i >= start && token) {
        real[count++] = i;
      }
    }
    if (spec.zero() == ZeroId.SKIPPED || count == 0) {
      return new StepPlaces(values.size(), Arrays.copyOf(real, count));
    }
    // Within a text the id 0 is a token.
    return new StepPlaces(values.size(), range(real[0], real[count - 1] + 1));
  }

  private static int[] range(int start, int end) {
    int[] range = new int[end - start];
    Arrays.setAll(range, i -> start + i);
    return range;
  }

  /**
   * Puts what belongs to the steps where they are; 0 elsewhere.
   *
   * @param ofSteps as many for each step as there are steps times {@code width}
   */
  float[] spread(float[] ofSteps, int width) {
    float[] spread = new float[size * width];
    for (int step = 0; step < places.length; step++) {
      System.arraycopy(ofSteps, step * width, spread, places[step] * width, width);
    }
    return spread;
  }
}
