/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.data.KindlingException;
import io.kindling.input.InputColumn;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.model.NetworkArtifact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** The columns of a training set, and what they tell about inputs and classes. */
final class TrainingColumns {
  private static final String ORIGIN = "origin";

  /** More than this, without names, is a column that holds something else. */
  private static final int MOST_CLASSES = 100_000;

  private final NetworkClassifier params;
  private final Dataset<Row> data;

  TrainingColumns(NetworkClassifier params, Dataset<?> dataset) {
    this.params = params;
    this.data = dataset.toDF();
  }

  /**
   * Checks that the columns are there and of fitting types.
   *
   * @throws KindlingException naming the column, the type wanted and the type found
   */
  static void check(NetworkClassifier params, StructType schema) {
    InputColumn.kind(schema, params.getFeaturesCol());
    if (!has(schema, params.getLabelCol())) {
      throw new KindlingException(
          "Cannot train: there is no label column %s; there are %s"
              .formatted(params.getLabelCol(), String.join(", ", schema.fieldNames())));
    }
    if (!(schema.apply(params.getLabelCol()).dataType() instanceof NumericType)) {
      throw new KindlingException(
          "Cannot train: label column %s must be numeric, but is %s; StringIndexer makes it so"
              .formatted(
                  params.getLabelCol(),
                  schema.apply(params.getLabelCol()).dataType().simpleString()));
    }
    if (params.isDefined(params.validationIndicatorCol())) {
      String indicator = params.getValidationIndicatorCol();
      if (!has(schema, indicator)
          || !schema.apply(indicator).dataType().equals(DataTypes.BooleanType)) {
        throw new KindlingException(
            "Cannot train: validationIndicatorCol %s must be a boolean column"
                .formatted(indicator));
      }
    }
  }

  /** An artifact that knows its columns but has no network, for the schema before training. */
  static NetworkArtifact schemaOnly(NetworkClassifier params, StructType schema) {
    InputSpec input =
        InputColumn.kind(schema, params.getFeaturesCol()) == InputSpec.Kind.IMAGE
            ? InputSpec.image(1, 1, 1, PixelScaling.unit(1))
            : InputSpec.vector(1);
    return new NetworkArtifact("", new float[0], new float[0], input, named(params, schema), 0, 0);
  }

  private static boolean has(StructType schema, String column) {
    return Arrays.asList(schema.fieldNames()).contains(column);
  }

  /** Features, label, validation flag (where there is one) and origin (likewise). */
  Dataset<Row> rows() {
    List<Column> columns = new ArrayList<>();
    columns.add(functions.col(params.getFeaturesCol()));
    columns.add(functions.col(params.getLabelCol()).cast("double"));
    if (params.isDefined(params.validationIndicatorCol())) {
      columns.add(functions.col(params.getValidationIndicatorCol()));
    }
    if (has(data.schema(), ORIGIN) && !params.getFeaturesCol().equals(ORIGIN)) {
      columns.add(functions.col(ORIGIN));
    }
    return data.select(columns.toArray(new Column[0]));
  }

  /**
   * What one example looks like, as the first row that has one shows it.
   *
   * @throws KindlingException if there is none
   */
  InputSpec input() {
    Column features = functions.col(params.getFeaturesCol());
    List<Row> first = data.select(features).filter(features.isNotNull()).takeAsList(1);
    if (first.isEmpty()) {
      throw new KindlingException(
          "Cannot train: the training set has no rows with %s".formatted(params.getFeaturesCol()));
    }
    Object value = first.get(0).get(0);
    if (value instanceof Row image) {
      int channels = image.getAs("nChannels");
      return InputSpec.image(
          channels, image.getAs("height"), image.getAs("width"), scaling(channels));
    }
    return InputSpec.vector(
        value instanceof Vector vector ? vector.size() : first.get(0).getList(0).size());
  }

  private PixelScaling scaling(int channels) {
    return new PixelScaling(
        channelValues(channels, params.isSet(params.pixelMean()) ? params.getPixelMean() : null, 0),
        channelValues(channels, params.isSet(params.pixelStd()) ? params.getPixelStd() : null, 1));
  }

  private static List<Double> channelValues(int channels, double[] given, double otherwise) {
    return given == null
        ? Collections.nCopies(channels, otherwise)
        : Arrays.stream(given).boxed().toList();
  }

  /**
   * Class names: those in the label column's metadata, else the indices up to the largest label.
   *
   * @throws KindlingException if there are fewer than two classes
   */
  List<String> labels() {
    List<String> named = named(params, data.schema());
    if (!named.isEmpty()) {
      return atLeastTwo(named);
    }
    Row largest =
        data.agg(functions.max(functions.col(params.getLabelCol()).cast("double"))).first();
    if (largest.isNullAt(0)) {
      throw new KindlingException("Cannot train: the training set has no rows with a label");
    }
    double classes = largest.getDouble(0) + 1;
    if (!(classes <= MOST_CLASSES)) {
      throw new KindlingException(
          "Cannot train: label column %s has the value %s; it must hold class indices from 0 on, StringIndexer makes them"
              .formatted(params.getLabelCol(), largest.getDouble(0)));
    }
    return atLeastTwo(IntStream.range(0, (int) classes).mapToObj(Integer::toString).toList());
  }

  private static List<String> atLeastTwo(List<String> labels) {
    if (labels.size() < 2) {
      throw new KindlingException(
          "Cannot train: the labels have %s; a classifier needs at least two classes"
              .formatted(labels.isEmpty() ? "no class" : "only the class " + labels.get(0)));
    }
    return labels;
  }

  /** The class names in the label column's metadata; empty where there are none. */
  private static List<String> named(NetworkClassifier params, StructType schema) {
    Attribute attribute = Attribute.fromStructField(schema.apply(params.getLabelCol()));
    return attribute instanceof NominalAttribute nominal && nominal.values().isDefined()
        ? List.of(nominal.values().get())
        : List.of();
  }
}
