/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/**
 * The column of a regression; an empty name leaves it out.
 *
 * @param target what the network's output means
 */
record NumberColumn(String prediction, NumberTarget target) implements PredictionColumns {
  private static final long serialVersionUID = 1L;

  @Override
  public List<StructField> fields() {
    return prediction.isEmpty()
        ? List.of()
        : List.of(new StructField(prediction, DataTypes.DoubleType, true, Metadata.empty()));
  }

  @Override
  public List<Object> values(double[] outputs) {
    return prediction.isEmpty() ? List.of() : List.of(target.decode(outputs[0]));
  }
}
