/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import io.kindling.model.ClassTarget;
import io.kindling.model.ClassificationCounts;
import io.kindling.model.Softmax;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * All that is counted of a classifier's predictions. Parts counted on executors merge. No record:
 * Kryo, which a user may choose, cannot read records.
 */
final class ClassificationTally implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int[] KS = {1, 2, 3, 5, 10};

  private final ClassificationCounts counts;
  private final Confusions confusions = new Confusions();
  private final ReliabilityBins reliability = new ReliabilityBins();
  private final long[] inTop = new long[KS.length];
  private final WorstExamples worst;

  ClassificationTally(ClassTarget target, int shown) {
    this.counts = new ClassificationCounts(target);
    this.worst = new WorstExamples(shown);
  }

  /**
   * Counts one example.
   *
   * @param raw logits or margins, one for each class
   * @param row for showing it, as {@link WorstExamples} wants it
   */
  ClassificationTally add(int label, double[] raw, ClassTarget target, Row row) {
    return add(
        label, Softmax.argmax(raw), target.probabilities(raw), target.lossOf(raw, label), row);
  }

  /**
   * Counts one example.
   *
   * @param probabilities one for each class
   * @param row for showing it, as {@link WorstExamples} wants it
   */
  ClassificationTally add(int label, int prediction, double[] probabilities, double loss, Row row) {
    counts.add(label, prediction, probabilities, loss);
    reliability.add(label, prediction, probabilities);
    int place = ClassificationCounts.placeOf(label, probabilities);
    for (int i = 0; i < KS.length; i++) {
      inTop[i] += place < KS[i] ? 1 : 0;
    }
    if (label != prediction) {
      confusions.add(label, prediction);
      worst.add(
          new WorstExample(
              loss,
              label,
              prediction,
              probabilities[prediction],
              probabilities[label],
              WorstExamples.origin(row)),
          row);
    }
    return this;
  }

  ClassificationTally merge(ClassificationTally other) {
    counts.merge(other.counts);
    confusions.merge(other.confusions);
    reliability.merge(other.reliability);
    Arrays.setAll(inTop, i -> inTop[i] + other.inTop[i]);
    worst.merge(other.worst);
    return this;
  }

  ClassificationReport report(List<String> classes) {
    List<ClassFigures> figures = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      figures.add(
          ClassFigures.of(classes.get(c), counts.actual(c), counts.predicted(c), counts.hits(c)));
    }
    return new ClassificationReport(
        counts.metrics(),
        figures,
        confusions.matrix(counts, classes),
        topK(classes.size()),
        reliability.calibration(),
        classes.size() == 2 ? ThresholdCurves.of(classes.get(1), counts.ranksOfSecond()) : null,
        worst.list().stream().map(example -> mistake(example, classes)).toList());
  }

  private List<TopK> topK(int classes) {
    List<TopK> all = new ArrayList<>();
    for (int i = 0; i < KS.length && KS[i] < classes; i++) {
      all.add(new TopK(KS[i], (double) inTop[i] / counts.metrics().examples()));
    }
    return all;
  }

  private static Mistake mistake(WorstExample example, List<String> classes) {
    return new Mistake(
        example.origin,
        classes.get((int) example.label),
        classes.get((int) example.prediction),
        example.probability,
        example.probabilityOfTrue,
        example.loss,
        example.preview());
  }
}
