/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.when;

import io.kindling.data.KindlingException;
import io.kindling.data.prepare.MarkedRows;
import io.kindling.data.read.ImageDataSet;
import io.kindling.jobs.conf.ScoringConf;
import io.kindling.transformers.StageSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * From rows as Parquet has them, of a batch or of a stream, to rows with predictions.
 *
 * @param path where the rows are from, for messages
 */
record RowScoring(SavedModel model, ScoringConf conf, String path) {
  private static final String ORIGIN = "kindling_origin";
  private static final String PROBLEM = "kindling_problem";
  private static final String UNDECODED = "kindling_undecoded";

  /**
   * Adds predictions, and what is wrong with rows that have none.
   *
   * @param rows as they were read
   * @throws KindlingException where a column is missing, or of a type that the model does not take
   */
  MarkedRows of(Dataset<Row> rows) {
    List<String> columns = List.of(rows.columns());
    requireInput(columns);
    List<String> kept = kept(rows);
    model.keepBadRows(ORIGIN, PROBLEM, UNDECODED);

    Column origin = origin(rows);
    Dataset<Row> named = rows.withColumn(ORIGIN, origin);
    if (kept.contains(ImageDataSet.ORIGIN) && !columns.contains(ImageDataSet.ORIGIN)) {
      named = named.withColumn(ImageDataSet.ORIGIN, StageSchema.column(ORIGIN));
    }
    Optional<Set<String>> inputs = model.inputs();
    if (inputs.isPresent()) {
      named =
          named.select(
              Arrays.stream(named.columns())
                  .filter(
                      name ->
                          name.equals(ORIGIN) || kept.contains(name) || inputs.get().contains(name))
                  .map(StageSchema::column)
                  .toArray(Column[]::new));
    }
    Dataset<Row> scored =
        model.transform(named, Stream.concat(kept.stream(), Stream.of(ORIGIN, UNDECODED)).toList());
    if (List.of(scored.columns()).contains(UNDECODED)) {
      scored =
          scored
              .withColumn(
                  PROBLEM, coalesce(StageSchema.column(UNDECODED), StageSchema.column(PROBLEM)))
              .drop(UNDECODED);
    }
    List<String> good = new ArrayList<>(kept);
    good.addAll(outputs(scored, kept));
    requirePartitions(scored, good);
    return new MarkedRows(scored, good, ORIGIN, PROBLEM);
  }

  private void requireInput(List<String> columns) {
    String input = model.inputColumn();
    if (!columns.contains(input)) {
      throw new KindlingException(
          "Cannot score: the model takes column '%s', which %s does not have; its columns are %s"
              .formatted(input, path, String.join(", ", columns)));
    }
  }

  private List<String> kept(Dataset<Row> rows) {
    List<String> columns = List.of(rows.columns());
    if (conf.columns() == null) {
      List<String> kept = new ArrayList<>(model.kept(rows));
      // An image does not go into the output, so its origin must be kept beside it.
      if (!columns.contains(ImageDataSet.ORIGIN) && hasImageOrigin(rows)) {
        kept.add(ImageDataSet.ORIGIN);
      }
      return kept;
    }
    for (String name : conf.columns()) {
      if (!columns.contains(name) && !name.equals(ImageDataSet.ORIGIN)) {
        throw new KindlingException(
            "Cannot score: scoring.columns names '%s', which %s does not have; its columns are %s"
                .formatted(name, path, String.join(", ", columns)));
      }
    }
    return conf.columns();
  }

  private boolean hasImageOrigin(Dataset<Row> rows) {
    return rows.schema().apply(model.inputColumn()).dataType() instanceof StructType struct
        && List.of(struct.fieldNames()).contains(ImageDataSet.ORIGIN);
  }

  /** As the rows say; where they say nothing, the file and the row in it. */
  private Column origin(Dataset<Row> rows) {
    List<Column> origins = new ArrayList<>();
    if (List.of(rows.columns()).contains(ImageDataSet.ORIGIN)) {
      origins.add(StageSchema.column(ImageDataSet.ORIGIN).cast(DataTypes.StringType));
    }
    if (hasImageOrigin(rows)) {
      Column name = StageSchema.column(model.inputColumn()).getField(ImageDataSet.ORIGIN);
      origins.add(when(name.notEqual(""), name));
    }
    origins.add(ParquetInput.position(rows));
    return coalesce(origins.toArray(new Column[0]));
  }

  /** The model's columns. */
  private List<String> outputs(Dataset<Row> scored, List<String> kept) {
    List<String> all =
        Arrays.stream(scored.columns())
            .filter(name -> !kept.contains(name) && !name.equals(ORIGIN) && !name.equals(PROBLEM))
            .toList();
    if (conf.outputs() == null) {
      return all;
    }
    for (String name : conf.outputs()) {
      if (!all.contains(name)) {
        throw new KindlingException(
            "Cannot score: scoring.outputs names '%s', which the model does not give; it gives %s"
                .formatted(name, String.join(", ", all)));
      }
    }
    return conf.outputs();
  }

  private void requirePartitions(Dataset<Row> scored, List<String> good) {
    if (good.isEmpty()) {
      throw new KindlingException(
          "Cannot score: neither scoring.columns nor scoring.outputs leaves a column to write");
    }
    for (String name : conf.partitionBy()) {
      if (!good.contains(name)) {
        throw new KindlingException(
            "Cannot score: scoring.partition-by names '%s', which is not written; written are %s"
                .formatted(name, String.join(", ", good)));
      }
      DataType type = scored.schema().apply(name).dataType();
      if (!MarkedRows.isScalar(type)) {
        throw new KindlingException(
            "Cannot score: scoring.partition-by names '%s', which is of type %s; folders can be"
                    .formatted(name, type.simpleString())
                + " named by single values only");
      }
    }
    if (conf.partitionBy().size() == good.size()) {
      throw new KindlingException(
          "Cannot score: scoring.partition-by names all columns that are written (%s); leave one of"
                  .formatted(String.join(", ", good))
              + " them for the files");
    }
  }
}
