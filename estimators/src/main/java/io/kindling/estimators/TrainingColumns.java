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
import io.kindling.model.LabelMoments;
import io.kindling.model.Loss;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NumberTarget;
import io.kindling.transformers.StageSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
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

/** The columns of a training set, and what they tell about inputs and labels. */
final class TrainingColumns {
  /** Enough to tell the rule from the exception, few enough for the driver. */
  private static final int ROWS_LOOKED_AT = 50;

  /** More than this, without names, is a column that holds something else. */
  private static final int MOST_CLASSES = 100_000;

  private final NetworkEstimator<?, ?> params;
  private final Dataset<Row> data;

  TrainingColumns(NetworkEstimator<?, ?> params, Dataset<?> dataset) {
    this.params = params;
    this.data = dataset.toDF();
  }

  /**
   * Checks that the columns are there and of fitting types.
   *
   * @throws KindlingException naming the column, the type wanted and the type found
   */
  static void check(NetworkEstimator<?, ?> params, StructType schema) {
    InputColumn.kind(schema, params.getFeaturesCol());
    if (!has(schema, params.getLabelCol())) {
      throw new KindlingException(
          "Cannot train: there is no label column %s; there are %s"
              .formatted(params.getLabelCol(), String.join(", ", schema.fieldNames())));
    }
    if (!(schema.apply(params.getLabelCol()).dataType() instanceof NumericType)) {
      throw new KindlingException(
          "Cannot train: label column %s must be numeric, but is %s; %s"
              .formatted(
                  params.getLabelCol(),
                  schema.apply(params.getLabelCol()).dataType().simpleString(),
                  params.wayToLabels()));
    }
    params.checkLabels(schema);
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

  private static void checkWeights(NetworkEstimator<?, ?> params, StructType schema) {
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
  }

  /** An artifact that knows its columns but has no network, for the schema before training. */
  static NetworkArtifact schemaOnly(NetworkEstimator<?, ?> params, StructType schema) {
    InputSpec input =
        switch (InputColumn.kind(schema, params.getFeaturesCol())) {
          case IMAGE -> InputSpec.image(1, 1, 1, PixelScaling.unit(1));
          case VECTOR -> InputSpec.vector(1);
          case TOKENS ->
              InputSpec.tokens(
                  SequenceColumn.vocabulary(schema.apply(params.getFeaturesCol()).metadata())
                      .orElse(SequenceColumn.FIRST_WORD_ID));
          case SEQUENCE -> InputSpec.sequence(1);
        };
    TrainingLabels labels = params.labels(schema);
    return new NetworkArtifact(
        "", new float[0], new float[0], input, labels.target(), labels.names(), 0, 0);
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

  /** The most steps, padding included, of the first sequences; 1 where there are none. */
  int steps() {
    Column features = StageSchema.column(params.getFeaturesCol());
    InputSpec.Kind kind = InputColumn.kind(data.schema(), params.getFeaturesCol());
    if (kind != InputSpec.Kind.TOKENS && kind != InputSpec.Kind.SEQUENCE) {
      return 1;
    }
    int most = 1;
    for (Row row : data.select(features).filter(features.isNotNull()).takeAsList(ROWS_LOOKED_AT)) {
      Seq<?> steps = row.get(0) instanceof Row padded ? padded.getAs(0) : (Seq<?>) row.get(0);
      most = Math.max(most, steps == null ? 1 : steps.size());
    }
    return most;
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
    return Math.max(
        SequenceColumn.FIRST_WORD_ID, (int) Math.min(Integer.MAX_VALUE, largest.getInt(0) + 1L));
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
  List<String> classes() {
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
          "Cannot train: label column %s has the value %s; it must hold class indices from 0 on, StringIndexer makes them; numbers to predict are for a regressor (training.task = regression)"
              .formatted(params.getLabelCol(), largest.getDouble(0)));
    }
    return atLeastTwo(IntStream.range(0, (int) classes).mapToObj(Integer::toString).toList());
  }

  /**
   * Labels less their mean, divided by their standard deviation, where they differ at all. Rows
   * without a finite label are bad rows, and left to be treated as such.
   *
   * @throws KindlingException if there are none
   */
  NumberTarget standardized(Loss loss) {
    Column label = StageSchema.column(params.getLabelCol()).cast("double");
    Dataset<Row> training =
        params.isDefined(params.validationIndicatorCol())
            ? data.filter(
                functions.not(
                    functions.coalesce(
                        StageSchema.column(params.getValidationIndicatorCol()),
                        functions.lit(false))))
            : data;
    // Merged in the partitions' order, so that the same rows give the same sums to the bit.
    LabelMoments moments = new LabelMoments();
    training
        .select(label)
        .javaRDD()
        .mapPartitions(TrainingColumns::moments)
        .collect()
        .forEach(moments::merge);
    if (moments.count() == 0) {
      throw new KindlingException("Cannot train: the training set has no rows with a label");
    }
    return new NumberTarget(loss, moments.mean(), moments.std() > 0 ? moments.std() : 1);
  }

  private static Iterator<LabelMoments> moments(Iterator<Row> labels) {
    LabelMoments moments = new LabelMoments();
    while (labels.hasNext()) {
      Row row = labels.next();
      if (!row.isNullAt(0) && Double.isFinite(row.getDouble(0))) {
        moments.add(row.getDouble(0));
      }
    }
    return List.of(moments).iterator();
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
