/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.testkit.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
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

/** What is counted, held against plain sums over all examples and Spark's evaluators. */
@ExtendWith(LocalSpark.class)
class ClassificationCountsTest {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Example(int label, double[] raw) {}

  private static List<Example> examples(int classes, int count, double sureness, double shift) {
    Random random = new Random(classes * 1000L + count);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(classes);
      double[] raw = new double[classes];
      for (int c = 0; c < classes; c++) {
        raw[c] = sureness * (random.nextGaussian() + (c == label ? 1 : 0)) + (c == 0 ? shift : 0);
      }
      examples.add(new Example(label, raw));
    }
    return examples;
  }

  /** Over all pairs of an example of the class and one of another, those of equal odds half. */
  private static double exactArea(List<Example> examples, int of) {
    double ordered = 0;
    double pairs = 0;
    for (Example a : examples) {
      for (Example b : examples) {
        if (a.label == of && b.label != of) {
          pairs++;
          double difference = odds(a, of) - odds(b, of);
          ordered += difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
        }
      }
    }
    return ordered / pairs;
  }

  private static double odds(Example example, int of) {
    double rest = 0;
    for (int c = 0; c < example.raw.length; c++) {
      rest += c == of ? 0 : Math.exp(example.raw[c]);
    }
    return example.raw[of] - Math.log(rest);
  }

  private static ClassificationCounts counted(int classes, List<Example> examples) {
    ClassificationCounts one = new ClassificationCounts(new ClassTarget(classes));
    ClassificationCounts other = new ClassificationCounts(new ClassTarget(classes));
    for (int i = 0; i < examples.size(); i++) {
      (i % 3 == 0 ? one : other).add(examples.get(i).label, examples.get(i).raw);
    }
    return one.merge(other);
  }

  /** Networks that are sure, unsure, hardly trained, and given to one class. */
  @ParameterizedTest
  @CsvSource({"2,1,0", "2,30,0", "2,1e-3,0", "2,1,5", "3,1,0", "10,2,3", "40,1,0"})
  void theAreaIsThatOfAllPairsWithinItsError(int classes, double sureness, double shift) {
    List<Example> examples = examples(classes, 800, sureness, shift);
    double exact = 0;
    int curves = classes == 2 ? 1 : classes;
    for (int c = 0; c < curves; c++) {
      exact += exactArea(examples, classes == 2 ? 1 : c) / curves;
    }
    ClassificationCounts counts = counted(classes, examples);
    double error = counts.aucError();
    assertTrue(error < (classes > 16 ? 0.02 : 0.005), "error at most " + error);
    assertEquals(exact, counts.metrics().auc(), error + 1e-12);
    // The pairs in a bin are nearly as often in the right order as not.
    assertEquals(exact, counts.metrics().auc(), classes > 16 ? 2e-3 : 2e-4);
  }

  @Test
  void equalOddsCountHalf() {
    List<Example> examples = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 400; i++) {
      int label = random.nextInt(2);
      double logit = random.nextInt(4) + label - 2;
      examples.add(new Example(label, new double[] {-logit, logit}));
    }
    assertEquals(exactArea(examples, 1), counted(2, examples).metrics().auc(), 1e-12);
    List<Example> same =
        List.of(new Example(0, new double[] {1, 1}), new Example(1, new double[] {1, 1}));
    assertEquals(0.5, counted(2, same).metrics().auc());
    List<Example> opposite =
        List.of(new Example(0, new double[] {900, -900}), new Example(1, new double[] {-9e9, 9e9}));
    assertEquals(1, counted(2, opposite).metrics().auc());
  }

  @Test
  void topKIsThatOfTheSortedClasses() {
    int classes = 8;
    Random random = new Random(4);
    for (int k : new int[] {1, 2, 5, 7}) {
      ClassificationCounts counts = new ClassificationCounts(new ClassTarget(classes).withTopK(k));
      int in = 0;
      for (int i = 0; i < 300; i++) {
        int label = random.nextInt(classes);
        double[] raw = random.ints(classes, 0, 5).asDoubleStream().toArray();
        counts.add(label, raw);
        Integer[] order = {0, 1, 2, 3, 4, 5, 6, 7};
        // A stable sort: of equal ones the first comes first.
        Arrays.sort(order, (a, b) -> Double.compare(raw[b], raw[a]));
        in += Arrays.asList(order).subList(0, k).contains(label) ? 1 : 0;
      }
      assertEquals(in / 300.0, counts.metrics().topKAccuracy(), 1e-12);
      if (k == 1) {
        assertEquals(counts.metrics().accuracy(), counts.metrics().topKAccuracy());
      }
    }
  }

  @Test
  void whatCannotBeToldIsLeftOut() {
    ClassificationMetrics metrics = counted(5, examples(5, 50, 1, 0)).metrics(); // topK is 5, too
    assertFalse(metrics.asMap().containsKey("topKAccuracy"));
    assertTrue(metrics.asMap().containsKey("auc"));
    assertTrue(counted(6, examples(6, 50, 1, 0)).asMap().containsKey("topKAccuracy"));
    ClassificationCounts ofOne = new ClassificationCounts(new ClassTarget(2));
    assertFalse(ofOne.add(1, new double[] {0, 1}).asMap().containsKey("auc"));
    // Of three classes, one without examples is left out.
    ClassificationCounts ofTwo = new ClassificationCounts(new ClassTarget(3));
    ofTwo.add(0, new double[] {2, 1, 0}).add(1, new double[] {1, 2, 0});
    assertEquals(1, ofTwo.metrics().auc());
  }

  @Test
  void sparksEvaluatorsGiveTheSame(SparkSession spark) {
    for (int classes : new int[] {2, 4}) {
      ClassTarget target = new ClassTarget(classes);
      List<Row> rows = new ArrayList<>();
      for (Example example : examples(classes, 500, 1, 0)) {
        rows.add(
            RowFactory.create(
                (double) example.label,
                Vectors.dense(example.raw),
                Vectors.dense(target.probabilities(example.raw)),
                (double) Softmax.argmax(example.raw)));
      }
      Dataset<Row> scored =
          spark
              .createDataFrame(
                  rows,
                  new StructType()
                      .add("label", DataTypes.DoubleType)
                      .add("rawPrediction", SQLDataTypes.VectorType())
                      .add("probability", SQLDataTypes.VectorType())
                      .add("prediction", DataTypes.DoubleType))
              .repartition(3)
              .cache();
      ClassificationMetrics metrics =
          ClassificationMetrics.of(scored, "label", "rawPrediction", target);
      ClassificationMetrics ofProbabilities =
          ClassificationMetrics.of(scored, "label", "prediction", "probability");
      metrics
          .asMap()
          .forEach((name, value) -> assertEquals(value, ofProbabilities.asMap().get(name), 1e-12));
      MulticlassClassificationEvaluator evaluator = new MulticlassClassificationEvaluator();
      assertEquals(evaluator.setMetricName("accuracy").evaluate(scored), metrics.accuracy(), 1e-12);
      assertEquals(evaluator.setMetricName("logLoss").evaluate(scored), metrics.loss(), 1e-12);
      if (classes == 2) {
        double area =
            new BinaryClassificationEvaluator()
                .setRawPredictionCol("probability")
                .setNumBins(0)
                .evaluate(scored);
        assertEquals(area, metrics.auc(), 1e-4);
      }
      scored.unpersist();
    }
  }
}
