/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that scoring adds, by name; an empty name leaves its column out.
 *
 * @param problem the column for the reason why a row could not be scored, or empty
 */
record ScoringColumns(String rawPrediction, String probability, String prediction, String problem)
    implements Serializable {

  /** The schema after scoring. */
  StructType appendTo(StructType schema, List<String> labels) {
    List<StructField> fields = new ArrayList<>(Arrays.asList(schema.fields()));
    List<String> taken = new ArrayList<>(Arrays.asList(schema.fieldNames()));
    for (StructField added : added(labels)) {
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

  private List<StructField> added(List<String> labels) {
    List<StructField> added = new ArrayList<>();
    if (!rawPrediction.isEmpty()) {
      added.add(vector(rawPrediction, labels));
    }
    if (!probability.isEmpty()) {
      added.add(vector(probability, labels));
    }
    if (!prediction.isEmpty()) {
      Metadata metadata =
          NominalAttribute.defaultAttr()
              .withName(prediction)
              .withValues(labels.toArray(new String[0]))
              .toMetadata();
      added.add(new StructField(prediction, DataTypes.DoubleType, true, metadata));
    }
    if (!problem.isEmpty()) {
      added.add(new StructField(problem, DataTypes.StringType, true, Metadata.empty()));
    }
    return added;
  }

  private static StructField vector(String name, List<String> labels) {
    Attribute[] classes =
        labels.stream()
            .map(label -> NumericAttribute.defaultAttr().withName(label))
            .toArray(Attribute[]::new);
    return new StructField(
        name, SQLDataTypes.VectorType(), true, new AttributeGroup(name, classes).toMetadata());
  }
}
