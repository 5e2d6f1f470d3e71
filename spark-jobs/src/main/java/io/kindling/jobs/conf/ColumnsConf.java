/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.data.read.LabelType;
import io.kindling.data.read.TableColumns;
import java.util.List;

/**
 * Keys {@code columns.*}: where a table keeps what. Components that may be null: {@code text},
 * {@code sequence}, which are never both set, and {@code split}.
 */
public record ColumnsConf(
    String image, String text, String sequence, String label, String split, LabelType labelType) {
  private static final List<String> LABEL_TYPES = List.of("class", "number");

  static ColumnsConf of(Settings settings) {
    String text = settings.optionalText("columns.text");
    String sequence = settings.optionalText("columns.sequence");
    if (text != null && sequence != null) {
      throw new ConfigurationException(
          String.format(
              "Cannot read the configuration: columns.text (%s) and columns.sequence (%s) are both"
                  + " set; a set has one or the other",
              settings.where("columns.text"), settings.where("columns.sequence")));
    }
    return new ColumnsConf(
        settings.text("columns.image"),
        text,
        sequence,
        settings.text("columns.label"),
        settings.optionalText("columns.split"),
        LabelType.parse(settings.choice("columns.label-type", LABEL_TYPES)));
  }

  /** The columns of a table whose features are in {@code feature}. */
  public TableColumns of(String feature) {
    return new TableColumns(feature, label, labelType, split);
  }
}
