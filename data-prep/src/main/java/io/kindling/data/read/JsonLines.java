/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.kindling.data.BadRowException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.api.java.JavaNewHadoopRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * JSON lines as a table. Lines are read as bytes, each with its place in its file, and parsed here:
 * Spark's JSON source says of a broken line neither where it is nor why, and takes what stands
 * behind a line's object for nothing. Blank lines are no rows. Large files are read by many tasks.
 */
final class JsonLines {
  /** Lines in which all columns must turn up once, else they are not there. */
  private static final int LOOKED_AT = 1000;

  private static final int TASKS_PER_SLOT = 4;

  private JsonLines() {}

  /** As {@link TableFormat} says. */
  static Table open(SparkSession spark, String input, TableColumns columns, ExampleSchema schema) {
    new SourceFiles(spark).status(input);
    JavaRDD<Row> lines = lines(spark, input);
    Set<String> keys = keys(lines);
    if (!keys.isEmpty()) {
      List<String> found = new ArrayList<>(keys);
      Collections.sort(found);
      ParquetTable.requireColumn(columns.feature(), found, input);
      ParquetTable.requireColumn(columns.label(), found, input);
      if (columns.split() != null) {
        ParquetTable.requireColumn(columns.split(), found, input);
      }
    }
    boolean sequences = schema.equals(ExampleSchema.SEQUENCE);
    StructType types =
        new StructType()
            .add(ExampleSchema.ORIGIN, DataTypes.StringType, false)
            .add(
                schema.feature(),
                sequences
                    ? DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType))
                    : DataTypes.StringType)
            .add(ExampleSchema.LABEL, DataTypes.StringType)
            .add(ExampleSchema.SPLIT, DataTypes.StringType)
            .add(ExampleSchema.PROBLEM, DataTypes.StringType);
    Dataset<Row> cells =
        spark.createDataFrame(
            lines.mapPartitions(part -> new CellRows(part, columns, sequences)), types);
    LabelParser labels =
        columns.labelType() == LabelType.NUMBER
            ? LabelParser.numbers()
            : new LabelClasses(input, columns.label()).ofWritten(cells);
    // Not told by the first lines, for a later one may be the first to have the key.
    return new Table(cells, labels, null);
  }

  /** Rows of origin and bytes. */
  private static JavaRDD<Row> lines(SparkSession spark, String input) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    try {
      Job job = Job.getInstance(spark.sessionState().newHadoopConf());
      FileInputFormat.setInputDirRecursive(job, true);
      FileInputFormat.setInputPaths(job, new Path(input));
      JavaNewHadoopRDD<LongWritable, Text> files =
          (JavaNewHadoopRDD<LongWritable, Text>)
              context.newAPIHadoopRDD(
                  job.getConfiguration(), TextInputFormat.class, LongWritable.class, Text.class);
      JavaRDD<Row> lines =
          files.mapPartitionsWithInputSplit(
              (split, part) -> new Lines(((FileSplit) split).getPath().toString(), part), false);
      int tasks = TASKS_PER_SLOT * context.defaultParallelism();
      return lines.getNumPartitions() > tasks ? lines.coalesce(tasks) : lines;
    } catch (IOException e) {
      throw IdxReader.unreadable(input, e);
    }
  }

  /** Keys of the first objects; empty where none of the lines is one. */
  private static Set<String> keys(JavaRDD<Row> lines) {
    Set<String> keys = new LinkedHashSet<>();
    for (String[] names : lines.map(JsonLines::keys).take(LOOKED_AT)) {
      keys.addAll(Arrays.asList(names));
    }
    return keys;
  }

  private static String[] keys(Row line) {
    try {
      List<String> names = new ArrayList<>();
      object(new ObjectMapper().reader(), line).fieldNames().forEachRemaining(names::add);
      return names.toArray(new String[0]);
    } catch (BadRowException e) {
      return new String[0];
    }
  }

  private static JsonNode object(ObjectReader json, Row line) throws BadRowException {
    String text = Utf8.decode(line.getAs(1), "of the line");
    try {
      JsonNode object = json.readTree(text);
      if (!object.isObject()) {
        throw new BadRowException("the line is " + kind(object) + ", not an object");
      }
      return object;
    } catch (JsonProcessingException e) {
      throw new BadRowException(
          "broken JSON: %s, at character %d of the line"
              .formatted(
                  e.getOriginalMessage().lines().findFirst().orElse("unreadable"),
                  e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getCharOffset())),
          e);
    }
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      default -> "null";
    };
  }

  /** The lines of one stretch of a file that are not blank, with their origins. */
  private static final class Lines implements Iterator<Row> {
    private final String file;
    private final Iterator<Tuple2<LongWritable, Text>> part;
    private Row next;

    Lines(String file, Iterator<Tuple2<LongWritable, Text>> part) {
      this.file = file;
      this.part = part;
    }

    @Override
    public boolean hasNext() {
      while (next == null && part.hasNext()) {
        Tuple2<LongWritable, Text> line = part.next();
        byte[] bytes = line._2().copyBytes();
        if (!isBlank(bytes)) {
          next = RowFactory.create(file + "#" + line._1().get(), bytes);
        }
      }
      return next != null;
    }

    private static boolean isBlank(byte[] bytes) {
      for (byte b : bytes) {
        if (b != ' ' && b != '\t') {
          return false;
        }
      }
      return true;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row line = next;
      next = null;
      return line;
    }
  }

  private static final class CellRows implements Iterator<Row> {
    private final Iterator<Row> lines;
    private final TableColumns columns;
    private final boolean sequences;
    private final ObjectReader json =
        new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    CellRows(Iterator<Row> lines, TableColumns columns, boolean sequences) {
      this.lines = lines;
      this.columns = columns;
      this.sequences = sequences;
    }

    @Override
    public boolean hasNext() {
      return lines.hasNext();
    }

    @Override
    public Row next() {
      Row line = lines.next();
      String origin = line.getString(0);
      try {
        JsonNode object = object(json, line);
        String split = columns.split() == null ? ExampleSchema.SPLIT : columns.split();
        JsonNode feature = cell(object, columns.feature());
        return RowFactory.create(
            origin,
            feature == null ? null : sequences ? steps(feature) : text(feature),
            scalar(cell(object, columns.label()), columns.label()),
            scalar(cell(object, split), split),
            null);
      } catch (BadRowException e) {
        return RowFactory.create(origin, null, null, null, e.getMessage());
      }
    }

    private static JsonNode cell(JsonNode object, String name) {
      JsonNode cell = object.get(name);
      return cell == null || cell.isNull() ? null : cell;
    }

    private String text(JsonNode node) throws BadRowException {
      if (!node.isTextual()) {
        throw unfit(node, columns.feature(), "a string");
      }
      String text = node.textValue();
      // Escapes such as \\ud800 can spell what is no character; Spark would write a ? for it.
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        throw new BadRowException("column " + columns.feature() + " has half a surrogate pair");
      }
      return text;
    }

    private static String scalar(JsonNode node, String column) throws BadRowException {
      if (node != null && !node.isValueNode()) {
        throw unfit(node, column, "a string or a number");
      }
      return node == null ? null : node.asText();
    }

    private Float[][] steps(JsonNode node) throws BadRowException {
      if (!node.isArray()) {
        throw unfit(node, columns.feature(), "an array of steps");
      }
      boolean flat = !node.isEmpty() && node.get(0).isNumber();
      Float[][] steps = new Float[node.size()][];
      for (int i = 0; i < steps.length; i++) {
        JsonNode step = node.get(i);
        if (flat) {
          steps[i] = new Float[] {value(step)};
        } else if (step.isArray()) {
          steps[i] = new Float[step.size()];
          for (int j = 0; j < step.size(); j++) {
            steps[i][j] = value(step.get(j));
          }
        } else if (!step.isNull()) {
          throw unfit(step, "step " + i + " of " + columns.feature(), "an array of numbers");
        }
      }
      return steps;
    }

    private Float value(JsonNode node) throws BadRowException {
      if (node.isNull()) {
        return null;
      }
      if (!node.isNumber()) {
        throw unfit(node, "a value of " + columns.feature(), "a number");
      }
      return (float) node.doubleValue();
    }

    private static BadRowException unfit(JsonNode node, String what, String wanted) {
      return new BadRowException(what + " is " + kind(node) + ", not " + wanted);
    }
  }
}
