/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegressionCountsTest {
  private static final NumberTarget TARGET = NumberTarget.unscaled(Loss.MAE);

  @Test
  void metricsAreThoseOfTheirDefinitions() {
    RegressionMetrics metrics =
        new RegressionCounts(TARGET).add(1, 2).add(2, 2).add(6, 3).metrics();
    assertEquals(3, metrics.examples());
    assertEquals(10.0 / 3, metrics.mse(), 1e-15);
    assertEquals(4.0 / 3, metrics.mae(), 1e-15);
    assertEquals(Math.sqrt(10.0 / 3), metrics.rmse(), 1e-15);
    assertEquals(1 - 10.0 / 14, metrics.r2(), 1e-15);
    assertEquals(metrics.mae(), metrics.loss());
    assertEquals(
        List.of("mse", "mae", "rmse", "r2", "loss"), List.copyOf(metrics.asMap().keySet()));
  }

  @Test
  void mergedPartsAreTheWholeAlsoOfLargeLabelsThatLieCloseTogether() {
    Random random = new Random(1);
    double offset = 1e9;
    RegressionCounts whole = new RegressionCounts(TARGET);
    RegressionCounts plain = new RegressionCounts(TARGET);
    RegressionCounts merged = new RegressionCounts(TARGET).merge(new RegressionCounts(TARGET));
    for (int part = 0; part < 5; part++) {
      RegressionCounts counts = new RegressionCounts(TARGET);
      for (int i = 0; i < 200 * part; i++) {
        // Multiples of what doubles can hold beside the offset.
        double label = random.nextInt(1 << 20) / 1048576.0;
        double prediction = label + random.nextInt(1 << 18) / 1048576.0;
        plain.add(label, prediction);
        whole.add(offset + label, offset + prediction);
        counts.add(offset + label, offset + prediction);
      }
      merged.merge(counts);
    }
    assertEquals(2000, merged.metrics().examples());
    assertEquals(plain.metrics().r2(), whole.metrics().r2(), 1e-6);
    assertEquals(plain.metrics().r2(), merged.metrics().r2(), 1e-6);
    assertEquals(plain.metrics().mse(), merged.metrics().mse(), 1e-9);
  }

  @Test
  void outputsAreCountedInTheLabelsOwnUnit() {
    NumberTarget target = new NumberTarget(Loss.MSE, 100, 10);
    RegressionCounts encoded = new RegressionCounts(target);
    RegressionCounts decoded = new RegressionCounts(target);
    float[] outputs = {0.5f, -1, 0.25f};
    double[] labels = {110, 95, 100};
    for (int i = 0; i < labels.length; i++) {
      encoded.add(target.encode(labels[i]), outputs, i);
      decoded.add(labels[i], target.decode(outputs[i]));
    }
    assertEquals(decoded.metrics().mse(), encoded.metrics().mse(), 1e-9);
    assertEquals(decoded.metrics().r2(), encoded.metrics().r2(), 1e-9);
    assertEquals(encoded.metrics().mse(), encoded.metrics().loss());
    assertEquals(700, target.loss(7));
  }

  @Test
  void labelsThatAreAllEqualHaveNoSpreadToExplain() {
    assertEquals(1, new RegressionCounts(TARGET).add(3, 3).add(3, 3).metrics().r2());
    assertEquals(0, new RegressionCounts(TARGET).add(3, 3).add(3, 4).metrics().r2());
    assertTrue(Double.isNaN(new RegressionCounts(TARGET).metrics().r2()));
    assertTrue(Double.isNaN(new RegressionCounts(TARGET).metrics().mse()));
  }

  @Test
  void labelsThatNoNetworkCanHoldAreNamed() {
    assertEquals("label NaN is not a finite number", TARGET.problem(Double.NaN));
    assertEquals(
        "label -Infinity is not a finite number", TARGET.problem(Double.NEGATIVE_INFINITY));
    assertEquals("label 1.0E300 is larger than a network's numbers can be", TARGET.problem(1e300));
    assertEquals(
        "Cannot scale labels by mean 0.0 and standard deviation Infinity: they must be finite, and"
            + " the latter above 0",
        assertThrows(
                KindlingException.class,
                () -> new NumberTarget(Loss.MSE, 0, Double.POSITIVE_INFINITY))
            .getMessage());
  }
}
