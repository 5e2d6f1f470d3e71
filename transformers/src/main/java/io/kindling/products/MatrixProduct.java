/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.products;

import io.kindling.input.NativeFloats;
import java.lang.ref.Reference;
import org.bytedeco.openblas.global.openblas;

/**
 * A matrix product of the OpenBLAS that ND4J has loaded, without ND4J's checks and shapes around
 * it, which cost as much as a small product itself. Matrices lie column by column, as ND4J's order
 * {@code f} has them.
 */
public final class MatrixProduct {
  private static final int COLUMN_BY_COLUMN = 102;
  private static final int AS_IT_IS = 111;
  private static final int TRANSPOSED = 112;

  private MatrixProduct() {}

  /** A matrix, or part of one: where it begins, and the distance between columns. */
  public record Operand(NativeFloats floats, long at, int columnStride, boolean transposed) {
    public static Operand of(NativeFloats floats, long at, int columnStride) {
      return new Operand(floats, at, columnStride, false);
    }

    public static Operand transposed(NativeFloats floats, long at, int columnStride) {
      return new Operand(floats, at, columnStride, true);
    }

    private int operation() {
      return transposed ? TRANSPOSED : AS_IT_IS;
    }
  }

  /**
   * {@code c = a b + keep c}.
   *
   * @param rows of {@code c} and of {@code a} as it enters the product
   * @param columns of {@code c} and of {@code b} as it enters the product
   * @param inner columns of {@code a}, rows of {@code b}
   * @param keep 0 to overwrite {@code c}, 1 to add to it
   */
  public static void multiply(
      int rows, int columns, int inner, Operand a, Operand b, float keep, Operand c) {
    try {
      openblas.cblas_sgemm(
          COLUMN_BY_COLUMN,
          a.operation(),
          b.operation(),
          rows,
          columns,
          inner,
          1f,
          a.floats().at(a.at()),
          a.columnStride(),
          b.floats().at(b.at()),
          b.columnStride(),
          keep,
          c.floats().at(c.at()),
          c.columnStride());
    } finally {
      Reference.reachabilityFence(a.floats());
      Reference.reachabilityFence(b.floats());
      Reference.reachabilityFence(c.floats());
    }
  }
}
