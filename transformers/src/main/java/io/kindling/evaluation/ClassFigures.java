/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;

/**
 * How well one class is told from the others.
 *
 * @param name the class
 * @param support examples of it
 * @param predicted examples predicted to be of it
 * @param precision the share of {@code predicted} that is right; 0 where there are none
 * @param recall the share of {@code support} that is predicted right; 0 where there are none
 * @param f1 the harmonic mean of the two; 0 where both are
 */
public record ClassFigures(
    String name, long support, long predicted, double precision, double recall, double f1)
    implements Serializable {
  static ClassFigures of(String name, long support, long predicted, long hits) {
    return new ClassFigures(
        name,
        support,
        predicted,
        predicted == 0 ? 0 : (double) hits / predicted,
        support == 0 ? 0 : (double) hits / support,
        support + predicted == 0 ? 0 : 2.0 * hits / (support + predicted));
  }
}
