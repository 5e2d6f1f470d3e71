/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.BadRowException;
import java.io.Serializable;
import java.util.Collection;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * The cells of a table as rows. Cells are the columns of {@link ExampleSchema} as the source has
 * them: the origin a string, the feature as the parser takes it, the label a string or a double,
 * the split a string as the source spells it, the problem a string where the cells could not be
 * read. Null and unknown labels, unknown splits and null or unfit features make bad rows.
 *
 * @param schema of the rows
 * @param parser of the feature's cells
 * @param labels parser of the label's cells
 */
record TableRows(ExampleSchema schema, FeatureParser<Object> parser, LabelParser labels) {
  /**
   * The rows.
   *
   * @param splits the splits there are, or null where unknown
   */
  Dataset<Row> of(Dataset<Row> cells, Collection<String> splits) {
    Dataset<Row> rows =
        cells.map(new ToRow(schema.feature(), parser, labels), Encoders.row(schema.columns()));
    return schema.describe(rows, labels.classNames(), splits);
  }

  private static final class ToRow implements MapFunction<Row, Row>, Serializable {
    private static final long serialVersionUID = 1L;

    private final String noun;
    private final FeatureParser<Object> parser;
    private final LabelParser labels;

    ToRow(String noun, FeatureParser<Object> parser, LabelParser labels) {
      this.noun = noun;
      this.parser = parser;
      this.labels = labels;
    }

    @Override
    public Row call(Row cells) {
      String origin = cells.getString(0);
      Double label = null;
      String split = null;
      try {
        if (!cells.isNullAt(4)) {
          throw new BadRowException(cells.getString(4));
        }
        label = labels.label(cells.get(2));
        split = split(cells);
        if (cells.isNullAt(1)) {
          throw new BadRowException("no " + noun + " (null)");
        }
        return ExampleSchema.good(origin, parser.feature(origin, cells.get(1)), label, split);
      } catch (BadRowException e) {
        return ExampleSchema.bad(origin, label, split, e.getMessage());
      }
    }

    private static String split(Row cells) throws BadRowException {
      if (cells.isNullAt(3)) {
        return null;
      }
      String split = SplitNames.parse(cells.getString(3));
      if (split == null) {
        throw new BadRowException(
            "split " + cells.getString(3) + " is none of train, validation and test");
      }
      return split;
    }
  }
}
