/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.KindlingException;
import java.util.Locale;

/** What a column of labels holds: the values of the job key {@code columns.label-type}. */
public enum LabelType {
  /** Classes: names, or whole numbers from 0. The written labels have class names as metadata. */
  CLASS,
  /** Numbers to predict, any finite ones. The written labels are plain doubles. */
  NUMBER;

  /**
   * The type of this name, in any case.
   *
   * @throws KindlingException naming the allowed values, for any other text
   */
  public static LabelType parse(String text) {
    for (LabelType type : values()) {
      if (type.toString().equals(text.toLowerCase(Locale.ROOT))) {
        return type;
      }
    }
    throw new KindlingException(
        "Cannot use columns.label-type = " + text + ": it must be class or number");
  }

  /** The name as users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
