/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.Softmax;
import io.kindling.testkit.LocalSpark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.mllib.evaluation.BinaryClassificationMetrics;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import scala.Tuple2;

/** What is counted, held against plain sums over all examples and Spark's own metrics. */
@ExtendWith(LocalSpark.class)
class ClassificationReportTest {
  private static final int ROWS = 700;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Example(String origin, int label, int prediction, double[] probabilities) {
    boolean isRight() {
      return label == prediction;
    }

    double loss() {
      return -Math.log(probabilities[label]);
    }
  }

  private static List<Example> examples(int classes) {
    Random random = new Random(classes);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int label = random.nextInt(classes);
      double[] raw = new double[classes];
      for (int c = 0; c < classes; c++) {
        raw[c] = 2 * random.nextGaussian() + (c == label ? 2 : 0);
      }
      double[] probabilities = Softmax.probabilities(raw);
      examples.add(new Example("row-" + i, label, Softmax.argmax(raw), probabilities));
    }
    return examples;
  }

  private static Dataset<Row> rows(SparkSession spark, List<Example> examples) {
    StructType schema =
        new StructType()
            .add("label", DataTypes.DoubleType)
            .add("prediction", DataTypes.DoubleType)
            .add("probability", SQLDataTypes.VectorType())
            .add("origin", DataTypes.StringType)
            .add("text", DataTypes.StringType);
    return spark
        .createDataFrame(
            examples.stream()
                .map(
                    e ->
                        RowFactory.create(
                            (double) e.label,
                            (double) e.prediction,
                            Vectors.dense(e.probabilities),
                            e.origin,
                            "this is " + e.origin))
                .toList(),
            schema)
        .repartition(5);
  }

  private static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
  }

  private static ClassificationReport report(SparkSession spark, int classes, int shown) {
    return ClassificationReport.of(
        rows(spark, examples(classes)),
        "label",
        "prediction",
        "probability",
        names(classes),
        new ShownExamples(shown, "origin", "text"));
  }

  private static double mean(List<Example> examples, ToDoubleFunction<Example> of) {
    return examples.stream().mapToDouble(of).average().orElse(Double.NaN);
  }

  @Test
  void matrixAndClassesAreThoseOfSpark(SparkSession spark) {
    List<Example> examples = examples(4);
    ClassificationReport report = report(spark, 4, 0);
    JavaRDD<Tuple2<Object, Object>> pairs =
        rows(spark, examples)
            .javaRDD()
            .map(row -> new Tuple2<>((Object) row.getDouble(1), (Object) row.getDouble(0)));
    MulticlassMetrics spark4 = new MulticlassMetrics(pairs.rdd());
    for (int actual = 0; actual < 4; actual++) {
      for (int predicted = 0; predicted < 4; predicted++) {
        assertEquals(
            spark4.confusionMatrix().apply(actual, predicted),
            report.confusion().counts().get(actual).get(predicted).doubleValue());
      }
      ClassFigures figures = report.classes().get(actual);
      assertEquals("class " + actual, figures.name());
      assertEquals(spark4.precision(actual), figures.precision(), 1e-12);
      assertEquals(spark4.recall(actual), figures.recall(), 1e-12);
      assertEquals(spark4.fMeasure(actual), figures.f1(), 1e-12);
      int label = actual;
      assertEquals(examples.stream().filter(e -> e.label == label).count(), figures.support());
      assertEquals(
          examples.stream().filter(e -> e.prediction == label).count(), figures.predicted());
    }
    assertEquals(spark4.accuracy(), report.metrics().accuracy(), 1e-12);
    assertEquals(0, report.confusion().uncounted());
    assertEquals(
        ClassificationMetrics.of(rows(spark, examples), "label", "prediction", "probability")
            .asMap()
            .keySet(),
        report.metrics().asMap().keySet());
  }

  @Test
  void theMostFrequentMistakesComeFirst(SparkSession spark) {
    List<Example> examples = examples(4);
    List<Confusion> mistakes = report(spark, 4, 0).confusion().mistakes();
    assertEquals(12, mistakes.size());
    long last = Long.MAX_VALUE;
    for (Confusion mistake : mistakes) {
      List<Example> ofClass =
          examples.stream().filter(e -> mistake.actual().equals("class " + e.label)).toList();
      long count =
          ofClass.stream().filter(e -> mistake.predicted().equals("class " + e.prediction)).count();
      assertEquals(count, mistake.count());
      assertEquals((double) count / ofClass.size(), mistake.share());
      assertTrue(mistake.count() <= last);
      last = mistake.count();
    }
  }

  @Test
  void topKIsTheShareWithFewerThanKMoreProbableClasses(SparkSession spark) {
    List<TopK> top = report(spark, 4, 0).topK();
    assertEquals(List.of(1, 2, 3), top.stream().map(TopK::k).toList());
    for (TopK of : top) {
      double expected =
          mean(
              examples(4),
              e ->
                  IntStream.range(0, 4)
                              .filter(c -> e.probabilities[c] > e.probabilities[e.label])
                              .count()
                          < of.k()
                      ? 1
                      : 0);
      assertEquals(expected, of.accuracy(), 1e-12);
    }
  }

  @Test
  void calibrationIsThatOfPlainSums(SparkSession spark) {
    List<Example> examples = examples(4);
    Calibration calibration = report(spark, 4, 0).calibration();
    double expectedError = 0;
    double maximumError = 0;
    for (Calibration.Bin bin : calibration.bins()) {
      List<Example> inBin =
          examples.stream()
              .filter(e -> e.probabilities[e.prediction] > bin.from())
              .filter(e -> e.probabilities[e.prediction] <= bin.to())
              .toList();
      assertEquals(inBin.size(), bin.count());
      double confidence = mean(inBin, e -> e.probabilities[e.prediction]);
      double accuracy = mean(inBin, e -> e.isRight() ? 1 : 0);
      assertEquals(confidence, bin.confidence(), 1e-12);
      assertEquals(accuracy, bin.accuracy(), 1e-12);
      if (!inBin.isEmpty()) {
        expectedError += Math.abs(confidence - accuracy) * inBin.size() / ROWS;
        maximumError = Math.max(maximumError, Math.abs(confidence - accuracy));
      }
    }
    assertEquals(15, calibration.bins().size());
    assertEquals(expectedError, calibration.expectedError(), 1e-12);
    assertEquals(maximumError, calibration.maximumError(), 1e-12);
    double brier =
        mean(
            examples,
            e ->
                IntStream.range(0, 4)
                    .mapToDouble(c -> Math.pow(e.probabilities[c] - (c == e.label ? 1 : 0), 2))
                    .sum());
    assertEquals(brier, calibration.brierScore(), 1e-12);
  }

  @Test
  void curvesOfTwoClassesAreThoseOfEveryThreshold(SparkSession spark) {
    List<Example> examples = examples(2);
    ThresholdCurves curves = report(spark, 2, 0).curves();
    assertEquals("class 1", curves.positive());
    assertEquals(ROWS, curves.positives() + curves.negatives());
    ThresholdCurves.Point before = curves.points().get(0);
    assertEquals(0, before.recall() + before.falsePositiveRate());
    for (ThresholdCurves.Point point : curves.points().subList(1, curves.points().size())) {
      long truePositives = examples.stream().filter(e -> e.label == 1 && isAbove(e, point)).count();
      long falsePositives =
          examples.stream().filter(e -> e.label == 0 && isAbove(e, point)).count();
      assertEquals((double) truePositives / curves.positives(), point.recall(), 1e-12);
      assertEquals((double) falsePositives / curves.negatives(), point.falsePositiveRate(), 1e-12);
      assertEquals(
          (double) truePositives / (truePositives + falsePositives), point.precision(), 1e-12);
      assertTrue(point.threshold() < before.threshold());
      before = point;
    }
    assertEquals(2, before.recall() + before.falsePositiveRate());
    BinaryClassificationMetrics ofSpark =
        new BinaryClassificationMetrics(
            rows(spark, examples)
                .javaRDD()
                .map(
                    row ->
                        new Tuple2<>(
                            (Object) row.<Vector>getAs(2).apply(1), (Object) row.getDouble(0)))
                .rdd());
    assertEquals(ofSpark.areaUnderROC(), curves.auc(), 2e-4);
    // Spark's is the area under straight lines between points, ours that under steps.
    assertEquals(ofSpark.areaUnderPR(), curves.averagePrecision(), 2e-3);
    assertEquals(averagePrecision(examples), curves.averagePrecision(), 1e-3);
  }

  private static boolean isAbove(Example example, ThresholdCurves.Point point) {
    return example.probabilities[1] >= point.threshold() * (1 - 1e-12);
  }

  private static double averagePrecision(List<Example> examples) {
    List<Example> sorted =
        examples.stream().sorted(Comparator.comparingDouble(e -> -e.probabilities[1])).toList();
    double sum = 0;
    int hits = 0;
    for (int i = 0; i < sorted.size(); i++) {
      if (sorted.get(i).label == 1) {
        hits++;
        sum += (double) hits / (i + 1);
      }
    }
    return sum / hits;
  }

  @Test
  void theWorstMistakesAreThoseOfGreatestLoss(SparkSession spark) {
    List<Example> expected =
        examples(4).stream()
            .filter(e -> !e.isRight())
            .sorted(Comparator.comparingDouble(e -> -e.loss()))
            .limit(20)
            .toList();
    List<Mistake> worst = report(spark, 4, 20).worst();
    assertEquals(
        expected.stream().map(Example::origin).toList(),
        worst.stream().map(Mistake::origin).toList());
    for (int i = 0; i < worst.size(); i++) {
      Example example = expected.get(i);
      Mistake mistake = worst.get(i);
      assertEquals("class " + example.label, mistake.actual());
      assertEquals("class " + example.prediction, mistake.predicted());
      assertEquals(example.probabilities[example.prediction], mistake.probability());
      assertEquals(example.probabilities[example.label], mistake.probabilityOfActual());
      assertEquals(example.loss(), mistake.loss(), 1e-12);
      assertEquals("this is " + example.origin, mistake.preview().text());
    }
    assertEquals(List.of(), report(spark, 4, 0).worst());
    long wrong = examples(2).stream().filter(e -> !e.isRight()).count();
    assertEquals(Math.min(200, wrong), report(spark, 2, 200).worst().size());
  }

  @Test
  void ofManyClassesThereIsNoMatrixButTheMistakesAreListed(SparkSession spark) {
    ClassificationReport report = report(spark, 65, 0);
    assertNull(report.confusion().counts());
    assertNull(report.curves());
    assertEquals(50, report.confusion().mistakes().size());
    assertEquals(64, report(spark, 64, 0).confusion().counts().size());
  }

  @Test
  void rowsThatCannotBeMeasuredAreErrors(SparkSession spark) {
    Dataset<Row> rows = rows(spark, examples(2));
    assertMessage(
        "Cannot measure the model: there are no rows with predictions",
        () -> of(rows.limit(0), ShownExamples.none()));
    assertMessage(
        "Cannot show examples: there is no column 'image'; the columns are [label, prediction,"
            + " probability, origin, text]",
        () -> of(rows, new ShownExamples(1, "", "image")));
    assertMessage(
        "Cannot show 201 examples: the number must be from 0 to 200",
        () -> of(rows, new ShownExamples(201, "", "")));
    assertEquals(ROWS, of(rows, new ShownExamples(0, "no", "none")).metrics().examples());
  }

  private static ClassificationReport of(Dataset<Row> rows, ShownExamples shown) {
    return ClassificationReport.of(
        rows, "label", "prediction", "probability", List.of("a", "b"), shown);
  }

  private static void assertMessage(String message, Runnable of) {
    assertEquals(message, assertThrows(KindlingException.class, of::run).getMessage());
  }
}
