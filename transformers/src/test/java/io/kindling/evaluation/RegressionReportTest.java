/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.model.Loss;
import io.kindling.model.NumberTarget;
import io.kindling.testkit.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted of predicted numbers, held against plain computations over all of them. */
@ExtendWith(LocalSpark.class)
class RegressionReportTest {
  private static final int ROWS = 3000;

  private record Example(double label, double prediction) {
    double error() {
      return prediction - label;
    }
  }

  /** Prices, with a few that are far off. */
  private static List<Example> examples(double mean, double spread) {
    Random random = new Random(7);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double label = mean + spread * random.nextGaussian();
      double far = i % 1000 == 999 ? 40 : 1;
      examples.add(new Example(label, label + spread * 0.2 * far * random.nextGaussian()));
    }
    return examples;
  }

  private static Dataset<Row> rows(SparkSession spark, List<Example> examples) {
    StructType schema =
        new StructType().add("label", DataTypes.DoubleType).add("prediction", DataTypes.DoubleType);
    return spark
        .createDataFrame(
            examples.stream().map(e -> RowFactory.create(e.label, e.prediction)).toList(), schema)
        .repartition(5);
  }

  private static RegressionReport report(SparkSession spark, List<Example> examples) {
    return RegressionReport.of(
        rows(spark, examples),
        "label",
        "prediction",
        NumberTarget.unscaled(Loss.MSE),
        new ShownExamples(10, "", ""));
  }

  @ParameterizedTest
  @CsvSource({"200000,50000", "0,1e-6", "1e12,1", "-3,1e9"})
  void figuresAreThoseOfPlainComputations(double mean, double spread) {
    SparkSession spark = LocalSpark.session();
    List<Example> examples = examples(mean, spread);
    RegressionReport report = report(spark, examples);
    Dataset<Row> rows = rows(spark, examples);
    for (String name : List.of("mse", "mae", "rmse", "r2")) {
      double expected = new RegressionEvaluator().setMetricName(name).evaluate(rows);
      assertEquals(expected, report.metrics().asMap().get(name), 1e-6 * Math.abs(expected), name);
    }
    double[] errors = examples.stream().mapToDouble(Example::error).sorted().toArray();
    assertEquals(Arrays.stream(errors).average().orElseThrow(), report.meanError(), spread * 1e-9);
    double[] sizes = Arrays.stream(errors).map(Math::abs).sorted().toArray();
    AbsoluteErrors of = report.absoluteErrors();
    assertNear(sizes[ROWS / 2 - 1], of.median());
    assertNear(sizes[ROWS * 9 / 10 - 1], of.p90());
    assertNear(sizes[ROWS * 95 / 100 - 1], of.p95());
    assertNear(sizes[ROWS * 99 / 100 - 1], of.p99());
    assertEquals(sizes[ROWS - 1], of.maximum());
    List<LargeError> worst = report.worst();
    List<Example> largest =
        examples.stream()
            .sorted(Comparator.comparingDouble(e -> -Math.abs(e.error())))
            .limit(10)
            .toList();
    for (int i = 0; i < 10; i++) {
      assertEquals(largest.get(i).label, worst.get(i).label());
      assertEquals(largest.get(i).prediction, worst.get(i).prediction());
      assertEquals(largest.get(i).error(), worst.get(i).error());
    }
    assertResiduals(errors, report.residuals());
    assertGrid(examples, report.grid());
  }

  private static void assertNear(double exact, double sketched) {
    assertEquals(exact, sketched, 0.00501 * exact);
  }

  private static void assertResiduals(double[] errors, Histogram histogram) {
    assertTrue(
        histogram.counts().size() <= 60 && histogram.counts().size() > 10, histogram::toString);
    double to = histogram.from() + histogram.counts().size() * histogram.width();
    assertEquals(
        Arrays.stream(errors).filter(e -> e < histogram.from()).count(), histogram.below());
    assertEquals(Arrays.stream(errors).filter(e -> e >= to).count(), histogram.above());
    // The outermost thousandth may end within a bin.
    assertTrue(histogram.below() <= ROWS / 1000 && histogram.above() <= ROWS / 1000);
    for (int bin = 0; bin < histogram.counts().size(); bin++) {
      double from = histogram.from() + bin * histogram.width();
      double end = from + histogram.width();
      assertEquals(
          Arrays.stream(errors).filter(e -> e >= from && e < end).count(),
          histogram.counts().get(bin));
    }
  }

  private static void assertGrid(List<Example> examples, PredictionGrid grid) {
    long counted = 0;
    for (PredictionGrid.Cell cell : grid.cells()) {
      assertEquals(
          examples.stream()
              .filter(e -> isIn(e.label, grid, cell.label()))
              .filter(e -> isIn(e.prediction, grid, cell.prediction()))
              .count(),
          cell.count());
      counted += cell.count();
    }
    assertEquals(ROWS, counted);
    assertTrue(grid.size() <= 128 && grid.size() > 32, () -> "size " + grid.size());
  }

  private static boolean isIn(double value, PredictionGrid grid, int cell) {
    double from = grid.from() + cell * grid.width();
    return value >= from && value < from + grid.width();
  }

  @Test
  void predictionsWithoutErrorsHaveNoWorst(SparkSession spark) {
    RegressionReport report =
        report(spark, List.of(new Example(2, 2), new Example(3, 3), new Example(0, 0)));
    assertEquals(List.of(), report.worst());
    assertEquals(new AbsoluteErrors(0, 0, 0, 0, 0), report.absoluteErrors());
    assertEquals(List.of(3L), report.residuals().counts());
    assertEquals(3, report.grid().cells().stream().mapToLong(PredictionGrid.Cell::count).sum());
  }
}
