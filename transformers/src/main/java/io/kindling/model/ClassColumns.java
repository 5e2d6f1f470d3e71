/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.prepare.MarkedRows;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/**
 * The columns of a classifier, by name; an empty name leaves its column out.
 *
 * @param labels class names
 * @param target what the network's outputs mean
 */
record ClassColumns(
    String rawPrediction,
    String probability,
    String prediction,
    List<String> labels,
    ClassTarget target)
    implements PredictionColumns {
  private static final long serialVersionUID = 1L;

  @Override
  public List<StructField> fields() {
    List<StructField> fields = new ArrayList<>();
    if (!rawPrediction.isEmpty()) {
      fields.add(vector(rawPrediction));
    }
    if (!probability.isEmpty()) {
      fields.add(vector(probability));
    }
    if (!prediction.isEmpty()) {
      Metadata metadata =
          NominalAttribute.defaultAttr()
              .withName(prediction)
              .withValues(labels.toArray(new String[0]))
              .toMetadata();
      fields.add(new StructField(prediction, DataTypes.DoubleType, true, metadata));
    }
    return fields;
  }

  private StructField vector(String name) {
    Attribute[] classes =
        labels.stream()
            .map(label -> NumericAttribute.defaultAttr().withName(label))
            .toArray(Attribute[]::new);
    Metadata continuous = new MetadataBuilder().putBoolean(MarkedRows.CONTINUOUS, true).build();
    return new StructField(
        name,
        SQLDataTypes.VectorType(),
        true,
        new AttributeGroup(name, classes).toMetadata(continuous));
  }

  @Override
  public List<Object> values(double[] outputs) {
    double[] raw = target.raw(outputs);
    List<Object> values = new ArrayList<>();
    if (!rawPrediction.isEmpty()) {
      values.add(Vectors.dense(raw));
    }
    if (!probability.isEmpty()) {
      values.add(Vectors.dense(target.probabilities(raw)));
    }
    if (!prediction.isEmpty()) {
      values.add((double) Softmax.argmax(raw));
    }
    return values;
  }
}
