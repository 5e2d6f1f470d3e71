/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.transformers.StageSchema;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that explanations become, by name; an empty name leaves its column out.
 *
 * @param attributions {@code array<float>}; of a sequence of numbers {@code array<array<float>>}
 * @param occlusion {@code array<float>}
 * @param details the struct {@link #DETAILS}
 */
record ExplanationColumns(String attributions, String occlusion, String details)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What an explanation tells besides; {@code class} is null of a regression. */
  static final StructType DETAILS =
      new StructType()
          .add("class", DataTypes.DoubleType, true)
          .add("score", DataTypes.DoubleType, false)
          .add("baselineScore", DataTypes.DoubleType, false)
          .add("gap", DataTypes.DoubleType, false)
          .add("agreement", DataTypes.DoubleType, true);

  private static final ArrayType FLOATS = DataTypes.createArrayType(DataTypes.FloatType, false);

  /**
   * The schema with these columns.
   *
   * @throws KindlingException if one exists already, or there would be none
   */
  StructType appendTo(StructType schema, InputSpec spec) {
    if (count() == 0) {
      throw new KindlingException(
          "Cannot explain predictions: there is no column to add; set explanationCol, occlusionCol or detailsCol");
    }
    StageSchema columns = new StageSchema("explain predictions", schema);
    if (!attributions.isEmpty()) {
      columns =
          columns.add(
              attributions,
              spec.kind() == InputSpec.Kind.SEQUENCE
                  ? DataTypes.createArrayType(FLOATS, false)
                  : FLOATS);
    }
    if (!occlusion.isEmpty()) {
      columns = columns.add(occlusion, FLOATS);
    }
    if (!details.isEmpty()) {
      columns = columns.add(details, DETAILS);
    }
    return columns.schema();
  }

  /** How many columns there are. */
  int count() {
    return (int)
        List.of(attributions, occlusion, details).stream().filter(name -> !name.isEmpty()).count();
  }

  /**
   * The values of a row.
   *
   * @param value that was explained
   */
  List<Object> values(Explanation explanation, Object value, InputSpec spec) {
    List<Object> values = new ArrayList<>();
    StepPlaces places = spec.isSequence() ? StepPlaces.of(value, spec) : null;
    if (!attributions.isEmpty()) {
      int width = spec.kind() == InputSpec.Kind.SEQUENCE ? spec.width() : 1;
      float[] all =
          places == null
              ? explanation.attributions()
              : places.spread(explanation.attributions(), width);
      values.add(spec.kind() == InputSpec.Kind.SEQUENCE ? byStep(all, width) : all);
    }
    if (!occlusion.isEmpty()) {
      values.add(
          places == null ? explanation.occlusion() : places.spread(explanation.occlusion(), 1));
    }
    if (!details.isEmpty()) {
      values.add(details(explanation));
    }
    return values;
  }

  private static Row details(Explanation explanation) {
    return RowFactory.create(
        explanation.target() == Score.NONE ? null : (Double) (double) explanation.target(),
        explanation.score(),
        explanation.baselineScore(),
        explanation.gap(),
        Double.isNaN(explanation.agreement()) ? null : (Double) explanation.agreement());
  }

  private static float[][] byStep(float[] values, int width) {
    float[][] steps = new float[values.length / width][];
    Arrays.setAll(steps, step -> Arrays.copyOfRange(values, step * width, (step + 1) * width));
    return steps;
  }
}
