/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.col;

import io.kindling.data.BadRowException;
import io.kindling.data.KindlingException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * CSV as a table, read by Spark's own source. It reads ISO 8859-1, in which each byte is a
 * character and no byte is lost, so that each cell's bytes can be checked to be UTF-8 here; Spark
 * would put a substitute for a broken one in silence. Quotes, delimiters and line ends are ASCII,
 * which UTF-8 uses for nothing else.
 *
 * <p>A file is read by one task, for records may have line ends in them; so a record's number in
 * its file, which is its origin, is the same in every run.
 *
 * @param delimiter between cells
 * @param header whether each file's first record names the columns
 */
record CsvFormat(char delimiter, boolean header) {
  private static final String CORRUPT = "kindling_corrupt_record";

  /** No cell is this: ISO 8859-1 has no such character. */
  private static final String NULL = "\u2205";

  private static final StructType CELLS =
      new StructType()
          .add(ExampleSchema.ORIGIN, DataTypes.StringType, false)
          .add(ExampleSchema.TEXT.feature(), DataTypes.StringType)
          .add(ExampleSchema.LABEL, DataTypes.StringType)
          .add(ExampleSchema.SPLIT, DataTypes.StringType)
          .add(ExampleSchema.PROBLEM, DataTypes.StringType);

  CsvFormat {
    if (delimiter > 0x7f || delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
      throw new KindlingException(
          "Cannot read CSV with the delimiter "
              + delimiter
              + ": it must be an ASCII character, and neither a quote nor a line end");
    }
  }

  /** As {@link TableFormat} says. */
  Table open(SparkSession spark, String input, TableColumns columns, ExampleSchema schema) {
    if (!schema.equals(ExampleSchema.TEXT)) {
      throw new KindlingException(
          "Cannot read " + input + ": a CSV file holds no " + schema.feature() + "s");
    }
    new SourceFiles(spark).status(input);
    Dataset<Row> records = records(spark, input);
    List<String> names = names(records, input);
    int text = index(columns.feature(), names, input);
    int label = index(columns.label(), names, input);
    int split = -1;
    if (columns.split() != null || names.contains(ExampleSchema.SPLIT)) {
      split = index(columns.split() == null ? ExampleSchema.SPLIT : columns.split(), names, input);
    }
    Positions positions =
        new Positions(new ArrayList<>(names), cells(records), header, text, label, split);
    Dataset<Row> cells =
        records.mapPartitions(
            (MapPartitionsFunction<Row, Row>) part -> new CellRows(part, positions),
            Encoders.row(CELLS));
    LabelParser labels =
        columns.labelType() == LabelType.NUMBER
            ? LabelParser.numbers()
            : new LabelClasses(input, columns.label()).ofWritten(cells);
    return new Table(cells, labels, split >= 0 ? null : List.of());
  }

  /** Columns: the file, the record where it is malformed, then the cells, then folder names. */
  private Dataset<Row> records(SparkSession spark, String input) {
    StructType found = reader(spark).csv(input).schema();
    if (found.isEmpty()) {
      throw new KindlingException("Cannot read " + input + ": there is no CSV record in it");
    }
    StructType types = new StructType();
    List<Column> chosen = new ArrayList<>(List.of(col("_metadata.file_path"), col(CORRUPT)));
    for (StructField field : found.fields()) {
      types = types.add(field);
      chosen.add(ParquetTable.quoted(field.name()).cast(DataTypes.StringType));
    }
    return reader(spark)
        .schema(types.add(CORRUPT, DataTypes.StringType))
        .csv(input)
        .select(chosen.toArray(new Column[0]));
  }

  private DataFrameReader reader(SparkSession spark) {
    return spark
        .read()
        .option("sep", String.valueOf(delimiter))
        .option("quote", "\"")
        .option("escape", "\"")
        .option("encoding", "ISO-8859-1")
        .option("multiLine", true)
        .option("mode", "PERMISSIVE")
        .option("columnNameOfCorruptRecord", CORRUPT)
        .option("nullValue", NULL)
        .option("emptyValue", "");
  }

  /** How many columns lie in the files; the others are folders' names. */
  private static int cells(Dataset<Row> records) {
    return (int) Arrays.stream(records.columns()).filter(name -> name.matches("_c\\d+")).count();
  }

  private List<String> names(Dataset<Row> records, String input) {
    Row first = records.head();
    String[] fields = records.columns();
    List<String> names = new ArrayList<>();
    for (int i = 2; i < fields.length; i++) {
      try {
        names.add(i < cells(records) + 2 ? CellRows.name(first, i, header) : fields[i]);
      } catch (BadRowException e) {
        throw new KindlingException(
            "Cannot read " + input + ": the header has " + e.getMessage(), e);
      }
    }
    return names;
  }

  private static int index(String name, List<String> names, String input) {
    ParquetTable.requireColumn(name, names, input);
    if (names.indexOf(name) != names.lastIndexOf(name)) {
      throw new KindlingException(
          "Cannot read " + input + ": there are two columns " + name + " in its header");
    }
    return names.indexOf(name) + 2;
  }

  /** Where what lies in a record; of the columns the first {@code cells} are the file's own. */
  private record Positions(
      List<String> names, int cells, boolean header, int text, int label, int split)
      implements Serializable {}

  private static final class CellRows implements Iterator<Row> {
    private final Iterator<Row> records;
    private final Positions positions;
    private String file = "";
    private long index;
    private Row next;

    CellRows(Iterator<Row> records, Positions positions) {
      this.records = records;
      this.positions = positions;
    }

    @Override
    public boolean hasNext() {
      while (next == null && records.hasNext()) {
        Row record = records.next();
        if (!record.getString(0).equals(file)) {
          file = record.getString(0);
          index = 0;
          if (positions.header()) {
            requireHeader(record);
            continue;
          }
        }
        next = cells(record);
        index++;
      }
      return next != null;
    }

    private void requireHeader(Row record) {
      List<String> names = new ArrayList<>();
      try {
        for (int i = 2; i < positions.names().size() + 2; i++) {
          names.add(name(record, i, true));
        }
      } catch (BadRowException e) {
        throw new KindlingException(
            "Cannot read " + file + ": the header has " + e.getMessage(), e);
      }
      List<String> wanted = positions.names().subList(0, positions.cells());
      if (!names.equals(wanted)) {
        throw new KindlingException(
            "Cannot read "
                + file
                + ": its columns are "
                + String.join(", ", names)
                + "; those of another file of the set are "
                + String.join(", ", wanted));
      }
    }

    /** The name of the column whose cells are at {@code i}. */
    static String name(Row first, int i, boolean header) throws BadRowException {
      String name = header ? cell(first, i, "the name of column " + (i - 2)) : null;
      return name == null || name.isEmpty() ? "_c" + (i - 2) : name;
    }

    private Row cells(Row record) {
      String origin = file + "#" + index;
      try {
        if (!record.isNullAt(1)) {
          throw new BadRowException(
              "malformed: not the %d cells of the first record".formatted(positions.cells()));
        }
        return RowFactory.create(
            origin,
            cell(record, positions.text()),
            stripped(cell(record, positions.label())),
            positions.split() < 0 ? null : stripped(cell(record, positions.split())),
            null);
      } catch (BadRowException e) {
        return RowFactory.create(origin, null, null, null, e.getMessage());
      }
    }

    /** Blanks around a name are no part of it. */
    private static String stripped(String cell) {
      return cell == null ? null : cell.strip();
    }

    private String cell(Row record, int i) throws BadRowException {
      return cell(record, i, "the cell of column " + positions.names().get(i - 2));
    }

    private static String cell(Row record, int i, String what) throws BadRowException {
      if (record.isNullAt(i)) {
        return null;
      }
      byte[] bytes = record.getString(i).getBytes(StandardCharsets.ISO_8859_1);
      return Utf8.decode(bytes, "of " + what);
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = next;
      next = null;
      return row;
    }
  }
}
