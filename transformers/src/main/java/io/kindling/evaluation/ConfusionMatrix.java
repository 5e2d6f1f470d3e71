/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;
import java.util.List;

/**
 * Which classes are taken for which.
 *
 * @param counts examples by {@code [true class][predicted class]}; null with more than {@link
 *     #MOST_CLASSES} classes
 * @param mistakes the most frequent kinds of mistakes, at most {@link #MOST_LISTED}, the most
 *     frequent first
 * @param uncounted examples predicted wrong of which only the number is known, not the kind: 0
 *     unless there are more than 262,144 kinds, of which the rarest are then given up
 */
public record ConfusionMatrix(List<List<Long>> counts, List<Confusion> mistakes, long uncounted)
    implements Serializable {
  /** Beyond, a matrix is too large to be read. */
  public static final int MOST_CLASSES = 64;

  /** The length of {@link #mistakes} at most. */
  public static final int MOST_LISTED = 50;
}
