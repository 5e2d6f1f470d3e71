/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that scoring adds.
 *
 * @param predictions what the network predicts
 * @param problem the name of the column for the reason why a row could not be scored, or empty
 */
record ScoringColumns(PredictionColumns predictions, String problem) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The schema after scoring. */
  StructType appendTo(StructType schema) {
    List<StructField> fields = new ArrayList<>(Arrays.asList(schema.fields()));
    List<String> taken = new ArrayList<>(Arrays.asList(schema.fieldNames()));
    for (StructField added : added()) {
      if (taken.stream().anyMatch(added.name()::equalsIgnoreCase)) {
        throw new KindlingException(
            "Cannot score: column %s exists already; drop it or choose another name for the output"
                .formatted(added.name()));
      }
      taken.add(added.name());
      fields.add(added);
    }
    return new StructType(fields.toArray(new StructField[0]));
  }

  private List<StructField> added() {
    List<StructField> added = new ArrayList<>(predictions.fields());
    if (!problem.isEmpty()) {
      added.add(new StructField(problem, DataTypes.StringType, true, Metadata.empty()));
    }
    return added;
  }
}
