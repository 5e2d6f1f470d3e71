/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.KindlingException;
import io.kindling.input.SequenceColumn;
import io.kindling.input.TokenIds;
import io.kindling.transformers.sequence.End;
import io.kindling.transformers.sequence.Window;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Brings sequences to one length and notes where the real steps lie: token ids ({@code array<int>})
 * or steps of a time series ({@code array<array<float>>}, {@code array<array<double>>}, {@code
 * array<vector>}) become the struct that {@link SequenceColumn} describes.
 *
 * <p>A longer sequence loses steps at the end that {@code truncating} names, a shorter one is
 * filled up at the end that {@code padding} names: with id 0, or with steps of zeros as wide as the
 * first step. Both are {@code pre} by default, as with Keras's {@code pad_sequences}, so that what
 * comes from there sees the same steps; and what a review comes to stands at its end. Networks
 * compute the real steps only, so where the padding lies does not change what they say.
 *
 * <p>Ids of 0 at either end of the input are padding already, no steps; a null among ids becomes 1
 * (unknown). A sequence without steps becomes one of padding only, with {@code length} 0. Null
 * stays null. The vocabulary's size, where the input's metadata tell it, goes on to the output's.
 */
public final class SequencePadder extends ColumnStage {
  private static final long serialVersionUID = 1L;
  private static final String DOING = "pad sequences";

  private static final List<DataType> STEPS =
      List.of(
          DataTypes.IntegerType,
          DataTypes.createArrayType(DataTypes.FloatType),
          DataTypes.createArrayType(DataTypes.DoubleType),
          SQLDataTypes.VectorType());

  private final IntParam length;
  private final Param<String> truncating;
  private final Param<String> padding;

  /** A padder with a uid of its own. */
  public SequencePadder() {
    this(Identifiable$.MODULE$.randomUID("sequencePadder"));
  }

  public SequencePadder(String uid) {
    super(uid);
    length = new IntParam(this, "length", "steps of the result, at least 1", ParamValidators.gt(0));
    truncating =
        new Param<>(
            this,
            "truncating",
            "the end at which a sequence that is too long loses steps: pre keeps its last steps,"
                + " post its first; default pre",
            ParamValidators.inArray(List.of(End.names())));
    padding =
        new Param<>(
            this,
            "padding",
            "the end at which a sequence that is too short is filled up: pre or post; default pre",
            ParamValidators.inArray(List.of(End.names())));
    setDefault(truncating, End.PRE.lowerCaseName());
    setDefault(padding, End.PRE.lowerCaseName());
  }

  public IntParam length() {
    return length;
  }

  public Param<String> truncating() {
    return truncating;
  }

  public Param<String> padding() {
    return padding;
  }

  /** The column of sequences to read. */
  public SequencePadder setInputCol(String value) {
    set(inputCol(), value);
    return this;
  }

  /** The column of padded sequences to add. */
  public SequencePadder setOutputCol(String value) {
    set(outputCol(), value);
    return this;
  }

  /** Steps of the result; required. */
  public SequencePadder setLength(int value) {
    set(length, value);
    return this;
  }

  public int getLength() {
    return (Integer) getOrDefault(length);
  }

  /**
   * {@code pre} (default) keeps the last steps of a sequence that is too long, {@code post} the
   * first.
   */
  public SequencePadder setTruncating(String value) {
    set(truncating, value);
    return this;
  }

  public String getTruncating() {
    return getOrDefault(truncating);
  }

  /** {@code pre} (default) or {@code post}. */
  public SequencePadder setPadding(String value) {
    set(padding, value);
    return this;
  }

  public String getPadding() {
    return getOrDefault(padding);
  }

  /**
   * @throws KindlingException if the length is not set, or a column is missing, of another type, or
   *     exists already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    if (!isSet(length)) {
      throw new KindlingException(
          "Cannot %s: length is not set; it is the number of steps to keep at most"
              .formatted(DOING));
    }
    StageSchema columns =
        new StageSchema(DOING, schema)
            .requireOneOf(
                getInputCol(), STEPS.stream().<DataType>map(DataTypes::createArrayType).toList());
    return columns
        .add(getOutputCol(), padded(schema))
        .describe(getOutputCol(), metadata(schema))
        .schema();
  }

  private boolean isTokens(StructType schema) {
    return schema
        .apply(getInputCol())
        .dataType()
        .catalogString()
        .equals(DataTypes.createArrayType(DataTypes.IntegerType).catalogString());
  }

  private StructType padded(StructType schema) {
    return SequenceColumn.structType(
        isTokens(schema) ? DataTypes.IntegerType : SequenceColumn.NUMERIC_STEP);
  }

  private Metadata metadata(StructType schema) {
    Metadata input = schema.apply(getInputCol()).metadata();
    return SequenceColumn.vocabulary(input).isPresent()
        ? SequenceColumn.withVocabulary(
            Metadata.empty(), SequenceColumn.vocabulary(input).getAsInt())
        : Metadata.empty();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    transformSchema(schema);
    Window window = new Window(getLength(), End.parse(getTruncating()), End.parse(getPadding()));
    Column input = StageSchema.column(getInputCol());
    boolean tokens = isTokens(schema);
    // Not deterministic, as far as Spark knows: else it may pad once for each field that is read.
    Column padded =
        functions
            .udf(tokens ? new PadTokens(window) : new PadSteps(window), padded(schema))
            .asNondeterministic()
            .apply(tokens ? input : truncated(input, window));
    return dataset.withColumn(getOutputCol(), padded.as(getOutputCol(), metadata(schema)));
  }

  /** Cut before steps become Java objects: a step may be wide and a sequence long. */
  private static Column truncated(Column steps, Window window) {
    int start = window.truncating() == End.PRE ? -window.length() : 1;
    return functions
        .when(
            functions.size(steps).gt(window.length()),
            functions.slice(steps, start, window.length()))
        .otherwise(steps);
  }

  @Override
  public SequencePadder copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** What {@code SequencePadder.load} and {@code PipelineModel.load} read with. */
  public static MLReader<SequencePadder> read() {
    return SavedParams.reader();
  }

  public static SequencePadder load(String path) {
    return read().load(path);
  }

  private record PadTokens(Window window) implements UDF1<Seq<Integer>, Row> {
    @Override
    public Row call(Seq<Integer> input) {
      if (input == null) {
        return null;
      }
      TokenIds padded = window.of(ids(input));
      return SequenceColumn.toRow(padded.values(), padded.start(), padded.length());
    }

    private static int[] ids(Seq<Integer> input) {
      int[] ids = new int[input.size()];
      scala.collection.Iterator<Integer> rest = input.iterator();
      for (int i = 0; i < ids.length; i++) {
        Integer id = rest.next();
        ids[i] = id == null ? SequenceColumn.UNKNOWN_ID : id;
      }
      return ids;
    }
  }

  /** Pads what {@link #truncated} left. */
  private record PadSteps(Window window) implements UDF1<Seq<?>, Row> {
    @Override
    public Row call(Seq<?> input) {
      if (input == null) {
        return null;
      }
      int steps = input.size();
      int start = window.start(steps);
      float[][] values = new float[window.length()][];
      scala.collection.Iterator<?> rest = input.iterator();
      for (int i = start; i < start + steps; i++) {
        values[i] = floats(rest.next());
      }
      float[] zeros = new float[steps == 0 || values[start] == null ? 0 : values[start].length];
      for (int i = 0; i < values.length; i++) {
        if (i < start || i >= start + steps) {
          values[i] = zeros;
        }
      }
      return SequenceColumn.toRow(values, start, steps);
    }

    /** A null step stays null, and a null value becomes NaN: a network calls the row bad for it. */
    private static float[] floats(Object step) {
      if (step == null) {
        return null;
      }
      if (step instanceof Vector vector) {
        float[] floats = new float[vector.size()];
        vector.foreachActive(
            (index, value) -> {
              floats[(Integer) index] = ((Double) value).floatValue();
              return null;
            });
        return floats;
      }
      Seq<?> values = (Seq<?>) step;
      float[] floats = new float[values.size()];
      scala.collection.Iterator<?> rest = values.iterator();
      for (int i = 0; i < floats.length; i++) {
        floats[i] = rest.next() instanceof Number number ? number.floatValue() : Float.NaN;
      }
      return floats;
    }
  }
}
