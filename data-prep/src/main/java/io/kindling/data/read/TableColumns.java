/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import java.io.Serializable;

/**
 * The columns of a table to read.
 *
 * @param feature name of the column of images, texts or sequences
 * @param label name of the column of labels
 * @param labelType what that holds
 * @param split name of the string column of splits, which must then be there; null: {@code split},
 *     where the table has such a column
 */
public record TableColumns(String feature, String label, LabelType labelType, String split)
    implements Serializable {
  /** Classes, and splits where there is a column {@code split}. */
  public TableColumns(String feature, String label) {
    this(feature, label, LabelType.CLASS, null);
  }
}
