/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.BadRowException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/** A cell of a table's label column to a label. */
final class LabelParser implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Null for numbers to predict. */
  private final String[] classNames;

  private final boolean named;

  private LabelParser(List<String> classNames, boolean named) {
    this.classNames = classNames == null ? null : classNames.toArray(new String[0]);
    this.named = named;
  }

  /** Cells hold the names of classes; these are all, sorted. */
  static LabelParser named(List<String> classNames) {
    return new LabelParser(classNames, true);
  }

  /** Cells hold the numbers of classes, as doubles or written out. */
  static LabelParser numbered(List<String> classNames) {
    return new LabelParser(classNames, false);
  }

  /** Cells hold numbers to predict, as doubles or written out. */
  static LabelParser numbers() {
    return new LabelParser(null, false);
  }

  /** Names of the classes in the order of their labels; null where labels are no classes. */
  List<String> classNames() {
    return classNames == null ? null : List.of(classNames);
  }

  /**
   * The label.
   *
   * @param cell a string or a double; null makes a bad row
   */
  double label(Object cell) throws BadRowException {
    if (cell == null) {
      throw new BadRowException("no label (null)");
    }
    if (named) {
      int index = Arrays.binarySearch(classNames, cell);
      if (index < 0) {
        throw new BadRowException("label " + cell + " is no known class");
      }
      return index;
    }
    double label = cell instanceof String text ? number(text) : (Double) cell;
    if (classNames == null) {
      if (!Double.isFinite(label)) {
        throw new BadRowException("label " + label + " is no finite number");
      }
      return label;
    }
    if (!(label >= 0) || label != Math.rint(label) || Double.isInfinite(label)) {
      throw new BadRowException("label " + label + " is not a whole number from 0");
    }
    if (label >= classNames.length) {
      throw new BadRowException(IdxReader.outOfRange((long) label, classNames.length));
    }
    return label;
  }

  private static double number(String text) throws BadRowException {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new BadRowException("label '" + text + "' is no number", e);
    }
  }
}
