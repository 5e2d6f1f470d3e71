/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.products;

import io.kindling.input.NativeFloats;
import io.kindling.products.MatrixProduct.Operand;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows times a matrix, in products of always the same size. OpenBLAS chooses a kernel by the size,
 * and each adds in another order; so what comes out for a row here does not depend on how many
 * others there are.
 *
 * <p>Not safe for use by several threads at once; the dense layers of a network share one.
 */
final class BlockProduct implements AutoCloseable {
  /** Enough to pay for the packing of the matrix, few enough for a service that scores one row. */
  static final int ROWS = 64;

  private NativeFloats lastRows;
  private NativeFloats lastProduct;

  /** Whether a matrix lies as {@link #of} wants it. */
  static boolean isSupported(INDArray matrix) {
    return matrix.dataType() == DataType.FLOAT
        && matrix.rank() == 2
        && matrix.stride(0) == 1
        && matrix.stride(1) == matrix.size(0);
  }

  /**
   * The product.
   *
   * @param rows {@code [rows, inner]}
   * @param matrix {@code [inner, columns]}, {@link #isSupported}
   * @return {@code [rows, columns]}, row by row
   */
  INDArray of(INDArray rows, INDArray matrix, LayerWorkspaceMgr workspaces) {
    int count = Math.toIntExact(rows.size(0));
    int inner = Math.toIntExact(rows.size(1));
    int columns = Math.toIntExact(matrix.size(1));
    INDArray out =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, DataType.FLOAT, new long[] {count, columns}, 'c');
    NativeFloats from = NativeFloats.of(rowByRow(rows) ? rows : rows.dup('c'));
    NativeFloats to = NativeFloats.of(out);
    NativeFloats by = NativeFloats.of(matrix);
    int whole = count / ROWS * ROWS;
    for (int row = 0; row < whole; row += ROWS) {
      multiply(by, inner, columns, from, (long) row * inner, to, (long) row * columns);
    }
    if (whole < count) {
      lastRows = NativeFloats.atLeast((long) ROWS * inner, lastRows);
      lastProduct = NativeFloats.atLeast((long) ROWS * columns, lastProduct);
      // What follows them is of products before, and reaches only rows that are nobody's.
      lastRows.put(0, from, (long) whole * inner, (long) (count - whole) * inner);
      multiply(by, inner, columns, lastRows, 0, lastProduct, 0);
      to.put((long) whole * columns, lastProduct, 0, (long) (count - whole) * columns);
    }
    return out;
  }

  private static boolean rowByRow(INDArray rows) {
    return rows.dataType() == DataType.FLOAT
        && rows.stride(1) == 1
        && rows.stride(0) == rows.size(1);
  }

  /** Seen column by column, as OpenBLAS does, both are transposed. */
  private static void multiply(
      NativeFloats matrix,
      int inner,
      int columns,
      NativeFloats rows,
      long rowsAt,
      NativeFloats product,
      long productAt) {
    MatrixProduct.multiply(
        /* rows= */ columns,
        /* columns= */ ROWS,
        inner,
        Operand.transposed(matrix, 0, inner),
        Operand.of(rows, rowsAt, inner),
        0,
        Operand.of(product, productAt, columns));
  }

  @Override
  public void close() {
    NativeFloats.release(lastRows);
    NativeFloats.release(lastProduct);
    lastRows = null;
    lastProduct = null;
  }
}
