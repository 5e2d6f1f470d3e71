/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import java.util.SplittableRandom;
import org.apache.spark.sql.Row;

/** Draws one generated row. */
@FunctionalInterface
interface RowDrawer {
  /**
   * The row of this index.
   *
   * @param origin the row's name
   * @param index from 0
   * @param random the row's own; nothing else may decide what is drawn
   */
  Row draw(String origin, long index, SplittableRandom random);
}
