/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.model.ClassTarget;
import io.kindling.model.ClassificationCounts;
import io.kindling.model.Loss;
import io.kindling.model.NumberTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag$;

/** Parts of counts: merged in any order, moved by any serializer, and of bounded size. */
class TallyPartsTest {
  private static final Row NOTHING_TO_SHOW = RowFactory.create(null, null);

  private static double wide(Random random) {
    return Math.scalb(random.nextGaussian(), random.nextInt(40) - 20);
  }

  @Test
  void binsDoNotDependOnHowValuesWereDividedIntoParts() {
    Random random = new Random(3);
    List<GrowingHistogram> histograms = new ArrayList<>();
    List<GrowingGrid> grids = new ArrayList<>();
    GrowingHistogram histogram = new GrowingHistogram();
    GrowingGrid grid = new GrowingGrid();
    for (int part = 0; part < 6; part++) {
      histograms.add(new GrowingHistogram());
      grids.add(new GrowingGrid());
    }
    for (int i = 0; i < 5000; i++) {
      double value = wide(random);
      double other = wide(random);
      int part = value < 0 ? 0 : 1 + random.nextInt(4); // the last has none
      histograms.get(part).add(value);
      grids.get(part).add(value, other);
      histogram.add(value);
      grid.add(value, other);
    }
    GrowingHistogram merged = new GrowingHistogram();
    GrowingGrid mergedGrid = new GrowingGrid();
    for (int part = 5; part >= 0; part--) {
      merged.merge(histograms.get(part));
      mergedGrid.merge(grids.get(part));
    }
    assertEquals(histogram.histogram(60), merged.histogram(60));
    assertEquals(grid.grid(), mergedGrid.grid());
  }

  @Test
  void numbersOfAnySizeAreCounted() {
    GrowingHistogram histogram = new GrowingHistogram();
    GrowingGrid grid = new GrowingGrid();
    double[] values = {0, Double.MIN_VALUE, 1e-300, 1, Double.NaN, 1e300, -Double.MAX_VALUE / 4};
    for (double value : values) {
      histogram.add(value);
      grid.add(value, -value);
    }
    GrowingHistogram tiny = new GrowingHistogram();
    tiny.add(1e-12);
    histogram.merge(tiny);
    Histogram all = histogram.histogram(60);
    assertEquals(7, all.counts().stream().mapToLong(Long::longValue).sum());
    assertEquals(6, grid.grid().cells().stream().mapToLong(PredictionGrid.Cell::count).sum());
  }

  @Test
  void rareMistakesAreGivenUpBeforeFrequentOnesAndStayCounted() {
    Confusions confusions = new Confusions(100);
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      confusions.add(7, 8);
      confusions.add(random.nextInt(500), 500 + random.nextInt(500));
    }
    Confusions more = new Confusions(100);
    more.add(7, 8);
    confusions.merge(more);
    List<String> names = IntStream.range(0, 1000).mapToObj(c -> "" + c).toList();
    ConfusionMatrix matrix =
        confusions.matrix(new ClassificationCounts(new ClassTarget(1000)), names);
    assertEquals("7", matrix.mistakes().get(0).actual());
    assertEquals(2001, matrix.mistakes().get(0).count());
    long listed = matrix.mistakes().stream().mapToLong(Confusion::count).sum();
    assertTrue(matrix.uncounted() > 1000 && listed + matrix.uncounted() <= 4001, matrix::toString);
  }

  @Test
  void kryoAndJavaMoveWhatWasCounted() {
    for (Serializer serializer :
        List.of(
            new KryoSerializer(new SparkConf(false)), new JavaSerializer(new SparkConf(false)))) {
      ClassificationTally classes = new ClassificationTally(new ClassTarget(3, Loss.HINGE), 5);
      RegressionTally numbers = new RegressionTally(NumberTarget.unscaled(Loss.MAE), 5);
      Random random = new Random(2);
      Row text = RowFactory.create("somewhere", "a text");
      for (int i = 0; i < 50; i++) {
        double[] raw = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
        classes.add(i % 3, raw, new ClassTarget(3, Loss.HINGE), text);
        numbers.add(raw[0], raw[1], i == 0 ? NOTHING_TO_SHOW : text);
      }
      List<String> names = List.of("a", "b", "c");
      ClassificationReport report = classes.report(names);
      ClassificationReport moved = moved(classes, serializer).report(names);
      assertEquals(report.metrics(), moved.metrics());
      assertEquals(report.classes(), moved.classes());
      assertEquals(report.confusion(), moved.confusion());
      assertEquals(report.calibration(), moved.calibration());
      assertEquals(report.topK(), moved.topK());
      assertEquals(5, moved.worst().size());
      assertEquals("a text", moved.worst().get(4).preview().text());
      RegressionReport regression = numbers.report();
      RegressionReport movedRegression = moved(numbers, serializer).report();
      assertEquals(regression.metrics(), movedRegression.metrics());
      assertEquals(regression.residuals(), movedRegression.residuals());
      assertEquals(regression.grid(), movedRegression.grid());
      assertEquals(regression.absoluteErrors(), movedRegression.absoluteErrors());
      assertEquals(5, movedRegression.worst().size());
    }
  }

  private static <T> T moved(T value, Serializer serializer) {
    SerializerInstance instance = serializer.newInstance();
    return instance.deserialize(
        instance.serialize(value, ClassTag$.MODULE$.apply(value.getClass())),
        ClassTag$.MODULE$.apply(value.getClass()));
  }
}
