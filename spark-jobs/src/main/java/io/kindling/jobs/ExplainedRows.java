/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.data.read.ImageDataSet;
import io.kindling.input.InputSpec;
import io.kindling.jobs.conf.ExplainConf;
import io.kindling.jobs.explanation.ExplainedContent;
import io.kindling.jobs.explanation.ExplainedExample;
import io.kindling.jobs.explanation.ExplanationFiles;
import io.kindling.jobs.explanation.ExplanationReport;
import io.kindling.jobs.explanation.ExplanationReport.BadRow;
import io.kindling.jobs.explanation.WordsOfText;
import io.kindling.model.ClassLabels;
import io.kindling.model.NetworkModel;
import io.kindling.model.RowNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Rows with the columns of an explanation, as what is written of them. */
final class ExplainedRows {
  // Names that no data set has.
  static final String PREDICTION = "kindling_prediction";
  static final String PROBABILITY = "kindling_probability";
  static final String PROBLEM = "kindling_problem";
  static final String ATTRIBUTIONS = "kindling_attributions";
  static final String OCCLUSION = "kindling_occlusion";
  static final String DETAILS = "kindling_details";

  private final NetworkModel<?> network;
  private final WordsOfText words;

  ExplainedRows(SavedModel model) {
    this.network = model.network();
    this.words = WordsOfText.of(model.stagesBefore(), network.getFeaturesCol());
  }

  /**
   * @throws KindlingException naming the first bad row, where those are to fail the job
   */
  ExplanationReport report(
      List<Row> rows,
      StructType schema,
      BadRowPolicy onBadRow,
      String model,
      String input,
      ExplainConf conf) {
    List<String> labels =
        Arrays.asList(schema.fieldNames()).contains(ImageDataSet.LABEL)
            ? ClassLabels.names(schema, ImageDataSet.LABEL)
            : List.of();
    List<ExplainedExample> examples = new ArrayList<>();
    List<BadRow> bad = new ArrayList<>();
    for (Row row : rows) {
      String problem = row.getAs(PROBLEM);
      if (problem == null) {
        examples.add(example(row, labels, examples.size() + bad.size() + 1));
      } else if (onBadRow == BadRowPolicy.FAIL) {
        throw new KindlingException(
            "Cannot explain row %s: %s; set on-bad-row to leave bad rows out"
                .formatted(RowNames.of(row), problem));
      } else {
        bad.add(new BadRow(RowNames.of(row), problem));
      }
    }
    return ExplanationReport.of(
        model, input, conf.explained(), conf.steps(), conf.baseline(), examples, bad);
  }

  private ExplainedExample example(Row row, List<String> labels, int number) {
    Row details = row.getAs(DETAILS);
    List<String> classes = network.artifact().labels();
    boolean isClass = !details.isNullAt(0);
    int explained = isClass ? (int) details.getDouble(0) : 0;
    double prediction = row.<Double>getAs(PREDICTION);
    return new ExplainedExample(
        number,
        has(row, ImageDataSet.ORIGIN) ? row.<String>getAs(ImageDataSet.ORIGIN) : null,
        label(row, labels),
        isClass ? classes.get((int) prediction) : Double.toString(prediction),
        isClass ? (Double) row.<Vector>getAs(PROBABILITY).apply(explained) : null,
        isClass ? classes.get(explained) : null,
        details.getDouble(1),
        details.getDouble(2),
        details.getDouble(3),
        details.isNullAt(4) ? null : (Double) details.getDouble(4),
        content(row, number));
  }

  private static boolean has(Row row, String column) {
    return Arrays.asList(row.schema().fieldNames()).contains(column);
  }

  private static String label(Row row, List<String> labels) {
    if (!has(row, ImageDataSet.LABEL) || !(row.getAs(ImageDataSet.LABEL) instanceof Double label)) {
      return null;
    }
    return ClassLabels.isOne(label, labels.size())
        ? labels.get(label.intValue())
        : label.toString();
  }

  private ExplainedContent content(Row row, int number) {
    InputSpec spec = network.artifact().input();
    String features = network.getFeaturesCol();
    return switch (spec.kind()) {
      case IMAGE ->
          new ExplainedContent.Image(
              pixels(row.getAs(features)),
              spec.height(),
              spec.width(),
              floats(row, ATTRIBUTIONS),
              floats(row, OCCLUSION),
              ExplanationFiles.picture(number));
      case VECTOR ->
          new ExplainedContent.Values(
              numbers(row.getAs(features)), floats(row, ATTRIBUTIONS), floats(row, OCCLUSION));
      case TOKENS ->
          words.read(
              row,
              features,
              row.getList(row.fieldIndex(ATTRIBUTIONS)),
              row.getList(row.fieldIndex(OCCLUSION)));
      case SEQUENCE -> series(row, features);
    };
  }

  private static Pixels pixels(Row image) {
    try {
      return ImageRows.pixels(image);
    } catch (BadImageException e) {
      throw new IllegalStateException("the network took it", e);
    }
  }

  private static ExplainedContent series(Row row, String features) {
    Object value = row.getAs(features);
    List<Object> all =
        value instanceof Row struct ? struct.getList(0) : row.getList(row.fieldIndex(features));
    int start = value instanceof Row struct ? struct.getInt(1) : 0;
    int end = value instanceof Row struct ? start + struct.getInt(2) : all.size();
    List<Object> attributions = row.getList(row.fieldIndex(ATTRIBUTIONS));
    return new ExplainedContent.Series(
        steps(all.subList(start, end)),
        steps(attributions.subList(start, end)),
        Arrays.copyOfRange(floats(row, OCCLUSION), start, end));
  }

  private static float[][] steps(List<Object> steps) {
    return steps.stream().map(ExplainedRows::numbers).toArray(float[][]::new);
  }

  private static float[] floats(Row row, String column) {
    return numbers(row.getAs(column));
  }

  /** Of a vector or a sequence of numbers. */
  private static float[] numbers(Object values) {
    if (values instanceof Vector vector) {
      float[] floats = new float[vector.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) vector.apply(i);
      }
      return floats;
    }
    scala.collection.Seq<?> numbers = (scala.collection.Seq<?>) values;
    float[] floats = new float[numbers.size()];
    scala.collection.Iterator<?> rest = numbers.iterator();
    for (int i = 0; i < floats.length; i++) {
      floats[i] = ((Number) rest.next()).floatValue();
    }
    return floats;
  }
}
