/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.data.KindlingException;
import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.data.read.ImageDataSet;
import io.kindling.input.InputColumn;
import io.kindling.input.InputSpec;
import io.kindling.input.PixelScaling;
import io.kindling.input.SequenceColumn;
import io.kindling.model.ClassLabels;
import io.kindling.model.NetworkArtifact;
import io.kindling.transformers.StageSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/** The columns of a training set, and what they tell about inputs and classes. */
final class TrainingColumns {
  /** Enough to tell the rule from the exception, few enough for the driver. */
  private static final int ROWS_LOOKED_AT = 50;

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
    checkWeights(params, schema);
  }

  private static void checkWeights(NetworkClassifier params, StructType schema) {
    if (params.isDefined(params.weightCol())) {
      String column = params.getWeightCol();
      if (!has(schema, column)) {
        throw new KindlingException(
            "Cannot train: there is no weight column %s (prepare writes none); there are %s"
                .formatted(column, String.join(", ", schema.fieldNames())));
      }
      if (!(schema.apply(column).dataType() instanceof NumericType)) {
        throw new KindlingException(
            "Cannot train: weight column %s must be numeric, but is %s"
                .formatted(column, schema.apply(column).dataType().simpleString()));
      }
    }
    if (params.isDefined(params.classWeights())) {
      for (double weight : params.getClassWeights()) {
        if (!(weight >= 0 && Double.isFinite(weight))) {
          throw new KindlingException(
              "Cannot train: classWeights must be finite numbers of 0 or more, but has " + weight);
        }
      }
    }
  }

  /** An artifact that knows its columns but has no network, for the schema before training. */
  static NetworkArtifact schemaOnly(NetworkClassifier params, StructType schema) {
    InputSpec input =
        switch (InputColumn.kind(schema, params.getFeaturesCol())) {
          case IMAGE -> InputSpec.image(1, 1, 1, PixelScaling.unit(1));
          case VECTOR -> InputSpec.vector(1);
          case TOKENS -> InputSpec.tokens(SequenceColumn.FIRST_WORD_ID);
          case SEQUENCE -> InputSpec.sequence(1);
        };
    return new NetworkArtifact(
        "",
        new float[0],
        new float[0],
        input,
        ClassLabels.names(schema, params.getLabelCol()),
        0,
        0);
  }

  private static boolean has(StructType schema, String column) {
    return Arrays.asList(schema.fieldNames()).contains(column);
  }

  /** Features, label, validation flag, weight and origin, the last three where there is one. */
  Dataset<Row> rows() {
    List<Column> columns = new ArrayList<>();
    columns.add(StageSchema.column(params.getFeaturesCol()));
    columns.add(StageSchema.column(params.getLabelCol()).cast("double"));
    if (params.isDefined(params.validationIndicatorCol())) {
      columns.add(StageSchema.column(params.getValidationIndicatorCol()));
    }
    if (params.isDefined(params.weightCol())) {
      columns.add(StageSchema.column(params.getWeightCol()).cast("double"));
    }
    if (has(data.schema(), ImageDataSet.ORIGIN)
        && !params.getFeaturesCol().equals(ImageDataSet.ORIGIN)) {
      columns.add(StageSchema.column(ImageDataSet.ORIGIN));
    }
    return data.select(columns.toArray(new Column[0]));
  }

  /**
   * What one example looks like: the commonest shape among the first rows that have one, so that a
   * bad row at the start does not make all others bad.
   *
   * @throws KindlingException if there is none
   */
  InputSpec input() {
    Column features = StageSchema.column(params.getFeaturesCol());
    InputSpec.Kind kind = InputColumn.kind(data.schema(), params.getFeaturesCol());
    if (kind == InputSpec.Kind.TOKENS) {
      return InputSpec.tokens(vocabulary(features));
    }
    Map<InputSpec, Integer> shapes = new LinkedHashMap<>();
    for (Row row : data.select(features).filter(features.isNotNull()).takeAsList(ROWS_LOOKED_AT)) {
      InputSpec shape = shape(row.get(0), kind);
      if (shape != null) {
        shapes.merge(shape, 1, Integer::sum);
      }
    }
    return shapes.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElseThrow(this::noRows);
  }

  /** How many token ids there are: as the column's metadata tells, else up to the largest. */
  private int vocabulary(Column features) {
    StructField field = data.schema().apply(params.getFeaturesCol());
    OptionalInt told = SequenceColumn.vocabulary(field.metadata());
    if (told.isPresent()) {
      return told.getAsInt();
    }
    Column ids =
        field.dataType() instanceof StructType
            ? features.getField(SequenceColumn.VALUES)
            : features;
    Row largest = data.agg(functions.max(functions.array_max(ids))).first();
    if (largest.isNullAt(0)) {
      throw noRows();
    }
    return Math.max(SequenceColumn.FIRST_WORD_ID, Math.addExact(largest.getInt(0), 1));
  }

  /** The shape of one row's features, or null where they have none. */
  private InputSpec shape(Object value, InputSpec.Kind kind) {
    int width;
    switch (kind) {
      case IMAGE -> {
        try {
          Pixels pixels = ImageRows.pixels((Row) value);
          return InputSpec.image(
              pixels.channels(), pixels.height(), pixels.width(), scaling(pixels.channels()));
        } catch (BadImageException e) {
          return null;
        }
      }
      case VECTOR -> width = size(value);
      default -> {
        Seq<?> steps = value instanceof Row padded ? padded.getAs(0) : (Seq<?>) value;
        width = steps == null || steps.isEmpty() ? 0 : size(steps.head());
      }
    }
    if (width == 0) {
      return null;
    }
    return kind == InputSpec.Kind.VECTOR ? InputSpec.vector(width) : InputSpec.sequence(width);
  }

  private static int size(Object numbers) {
    if (numbers instanceof Vector vector) {
      return vector.size();
    }
    return numbers instanceof Seq<?> sequence ? sequence.size() : 0;
  }

  private KindlingException noRows() {
    return new KindlingException(
        "Cannot train: the training set has no rows with " + params.getFeaturesCol());
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
    List<String> named = ClassLabels.names(data.schema(), params.getLabelCol());
    if (!named.isEmpty()) {
      return atLeastTwo(named);
    }
    Column label = StageSchema.column(params.getLabelCol()).cast("double");
    // NaN would be the largest of all; it is a bad row, and left to be treated as one.
    Row largest =
        data.filter(label.isNotNull().and(functions.not(functions.isnan(label))))
            .agg(functions.max(label))
            .first();
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

  /**
   * The weights of the classes; empty where none are set.
   *
   * @throws KindlingException if there is not one for each class
   */
  List<Double> classWeights(int classes) {
    if (!params.isDefined(params.classWeights())) {
      return List.of();
    }
    double[] weights = params.getClassWeights();
    if (weights.length != classes) {
      throw new KindlingException(
          "Cannot train: classWeights has %d numbers, but the labels have %d classes"
              .formatted(weights.length, classes));
    }
    return Arrays.stream(weights).boxed().toList();
  }

  private static List<String> atLeastTwo(List<String> labels) {
    if (labels.size() < 2) {
      throw new KindlingException(
          "Cannot train: the labels have %s; a classifier needs at least two classes"
              .formatted(labels.isEmpty() ? "no class" : "only the class " + labels.get(0)));
    }
    return labels;
  }
}
