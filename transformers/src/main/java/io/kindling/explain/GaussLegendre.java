/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

/**
 * Gauss and Legendre's quadrature from 0 to 1: with {@code n} nodes it is exact for polynomials up
 * to degree {@code 2n - 1}, and neither end is a node.
 *
 * @param nodes where the integrand is asked for, rising
 * @param weights of what it is there; they sum to 1
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read only
record GaussLegendre(double[] nodes, double[] weights) {
  private static final double NEAR_ENOUGH = 1e-15;
  private static final int MOST_ITERATIONS = 100;

  /**
   * @param count at least 1
   */
  static GaussLegendre of(int count) {
    double[] nodes = new double[count];
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      // Newton's iteration from Tricomi's estimate of the polynomial's root.
      double x = Math.cos(Math.PI * (i + 0.75) / (count + 0.5));
      double slope = 0;
      double step = 1;
      for (int n = 0; n < MOST_ITERATIONS && Math.abs(step) > NEAR_ENOUGH; n++) {
        double before = 1;
        double value = x;
        for (int degree = 2; degree <= count; degree++) {
          double next = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree;
          before = value;
          value = next;
        }
        slope = count * (x * value - before) / (x * x - 1);
        step = value / slope;
        x -= step;
      }
      nodes[count - 1 - i] = (x + 1) / 2;
      weights[count - 1 - i] = 1 / ((1 - x * x) * slope * slope);
    }
    return new GaussLegendre(nodes, weights);
  }
}
