/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.data.KindlingException;
import io.kindling.input.BadInputException;
import io.kindling.input.InputSpec;
import io.kindling.model.RowNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Explains the rows of one partition, one after another, in their order. */
final class RowExplainer implements Iterator<Row> {
  /** What becomes of a row that the network cannot take. */
  enum OnBadRow {
    ERROR,
    SKIP,
    KEEP
  }

  private final Iterator<Row> rows;
  private final Explainer explainer;
  private final InputSpec spec;
  private final ExplanationColumns columns;
  private final int features;
  private final OnBadRow onBadRow;
  private Row next;

  RowExplainer(
      Iterator<Row> rows,
      Explainer explainer,
      InputSpec spec,
      ExplanationColumns columns,
      int features,
      OnBadRow onBadRow) {
    this.rows = rows;
    this.explainer = explainer;
    this.spec = spec;
    this.columns = columns;
    this.features = features;
    this.onBadRow = onBadRow;
  }

  @Override
  public boolean hasNext() {
    while (next == null && rows.hasNext()) {
      next = explained(rows.next());
    }
    return next != null;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more rows in this partition");
    }
    Row row = next;
    next = null;
    return row;
  }

  /** Null where the row is skipped. */
  private Row explained(Row row) {
    Object value = row.get(features);
    try {
      return append(row, columns.values(explainer.explain(value), value, spec));
    } catch (BadInputException e) {
      if (onBadRow == OnBadRow.ERROR) {
        throw new KindlingException(
            "Cannot explain row %s: %s".formatted(RowNames.of(row), e.getMessage()), e);
      }
      return onBadRow == OnBadRow.SKIP
          ? null
          : append(row, Collections.nCopies(columns.count(), null));
    }
  }

  private static Row append(Row row, List<Object> added) {
    List<Object> fields = new ArrayList<>(row.size() + added.size());
    for (int i = 0; i < row.size(); i++) {
      fields.add(row.get(i));
    }
    fields.addAll(added);
    return RowFactory.create(fields.toArray());
  }
}
