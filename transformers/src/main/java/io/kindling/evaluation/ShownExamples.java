/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import io.kindling.data.KindlingException;
import io.kindling.transformers.StageSchema;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.functions;

/**
 * How many of the worst examples a report shows, and from which columns.
 *
 * @param count at most so many, 0 to {@link #MOST}
 * @param originCol the column that tells which example it is (string); empty for none
 * @param contentCol the column that is shown: an image struct, the bytes of an image file, a text,
 *     or a sequence of steps of numbers; empty for none
 */
public record ShownExamples(int count, String originCol, String contentCol)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As many previews still fit into a driver's memory, and on a page. */
  public static final int MOST = 200;

  /**
   * @throws KindlingException if {@code count} is out of range
   */
  public ShownExamples {
    if (count < 0 || count > MOST) {
      throw new KindlingException(
          "Cannot show %d examples: the number must be from 0 to %d".formatted(count, MOST));
    }
  }

  /** No examples, only figures. */
  public static ShownExamples none() {
    return new ShownExamples(0, "", "");
  }

  /** The columns that counting reads, origin and content behind those given. */
  Column[] columns(Dataset<?> scored, Column... measured) {
    Column[] columns = Arrays.copyOf(measured, measured.length + 2);
    columns[measured.length] = column(scored, originCol).cast("string");
    columns[measured.length + 1] = column(scored, contentCol);
    return columns;
  }

  private Column column(Dataset<?> scored, String name) {
    if (count == 0 || name.isEmpty()) {
      return functions.lit(null);
    }
    if (!Arrays.asList(scored.columns()).contains(name)) {
      throw new KindlingException(
          "Cannot show examples: there is no column '%s'; the columns are %s"
              .formatted(name, Arrays.toString(scored.columns())));
    }
    return StageSchema.column(name);
  }
}
