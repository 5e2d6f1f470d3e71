/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;
import java.util.List;

/**
 * Predicted against true numbers, counted in a square of cells.
 *
 * @param from where the first row and the first column begin
 * @param width of a cell, either way
 * @param size cells in a row and in a column
 * @param cells those with examples
 */
public record PredictionGrid(double from, double width, int size, List<Cell> cells)
    implements Serializable {

  /**
   * Examples whose true and predicted numbers lie close together.
   *
   * @param label index of the cell by the true number, from 0
   * @param prediction index of the cell by the predicted number, from 0
   * @param count how many examples
   */
  public record Cell(int label, int prediction, long count) implements Serializable {}
}
