/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.read.ImageDataSet;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** How a row is called in a message: by its origin where it has one. */
public final class RowNames {
  private static final int LONGEST = 200;

  private RowNames() {}

  /**
   * The row's {@code origin} column, else the origin in one of its image structs, else its text.
   */
  public static String of(Row row) {
    StructType schema = row.schema();
    if (schema != null && Arrays.asList(schema.fieldNames()).contains(ImageDataSet.ORIGIN)) {
      String origin = row.getAs(ImageDataSet.ORIGIN);
      if (origin != null) {
        return origin;
      }
    }
    for (int i = 0; i < row.size(); i++) {
      if (row.get(i) instanceof Row image
          && image.schema() != null
          && Arrays.asList(image.schema().fieldNames()).contains(ImageDataSet.ORIGIN)
          && image.getAs(ImageDataSet.ORIGIN) instanceof String origin) {
        return origin;
      }
    }
    String text = row.toString();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
