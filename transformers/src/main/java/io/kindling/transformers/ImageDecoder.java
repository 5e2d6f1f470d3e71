/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.KindlingException;
import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import java.util.List;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.shared.HasHandleInvalid;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Decodes a binary column of JPEG, PNG, GIF or BMP files into Spark's image struct (unsigned bytes,
 * BGR, row by row; {@link ImageCodec} says what becomes of grey, alpha, CMYK, 16 bits and EXIF
 * rotation).
 *
 * <p>A file that cannot be decoded fails the job ({@code handleInvalid = error}, the default; the
 * message names the row by {@code originCol} where that is set), is left out ({@code skip}), or
 * stays with a null image ({@code keep}), with the reason in {@code problemCol} where that is set.
 * A {@code problemCol} that exists keeps the reasons that it has.
 */
public final class ImageDecoder extends ColumnStage implements HasHandleInvalid {
  private static final long serialVersionUID = 1L;
  private static final String DOING = "decode images";
  private static final String ERROR = "error";
  private static final String SKIP = "skip";
  private static final String KEEP = "keep";

  private final IntParam channels;
  private final LongParam maxPixels;
  private final Param<String> problemCol;
  private final Param<String> originCol;
  private Param<String> handleInvalid;

  /** A decoder with a uid of its own. */
  public ImageDecoder() {
    this(Identifiable$.MODULE$.randomUID("imageDecoder"));
  }

  public ImageDecoder(String uid) {
    super(uid);
    List<String> policies = List.of(ERROR, SKIP, KEEP);
    handleInvalid =
        new Param<>(
            this,
            "handleInvalid",
            "what to do with a file that cannot be decoded: fail the job (error), leave the row"
                + " out (skip), or keep it with a null image (keep); default error",
            ParamValidators.inArray(policies));
    channels = ImageChannels.param(this, "as many as the file has");
    maxPixels =
        new LongParam(
            this,
            "maxPixels",
            "width times height beyond which a file counts as bad, before it is decoded; default "
                + ImageCodec.DEFAULT_MAX_PIXELS,
            ParamValidators.gtEq(1));
    problemCol =
        new Param<>(
            this,
            "problemCol",
            "column for the reason why a kept row has no image, null in a good row; needs"
                + " handleInvalid = keep; default none");
    originCol =
        new Param<>(
            this,
            "originCol",
            "string column that names each row, for image.origin and for errors; default none");
    setDefault(inputCol(), "content");
    setDefault(outputCol(), "image");
    setDefault(handleInvalid, ERROR);
    setDefault(channels, 0);
    setDefault(maxPixels, ImageCodec.DEFAULT_MAX_PIXELS);
  }

  public IntParam channels() {
    return channels;
  }

  public LongParam maxPixels() {
    return maxPixels;
  }

  public Param<String> problemCol() {
    return problemCol;
  }

  public Param<String> originCol() {
    return originCol;
  }

  @Override
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  @Override
  public void org$apache$spark$ml$param$shared$HasHandleInvalid$_setter_$handleInvalid_$eq(
      Param<String> param) {
    handleInvalid = param;
  }

  /** The binary column of files; default {@code content}. */
  public ImageDecoder setInputCol(String value) {
    set(inputCol(), value);
    return this;
  }

  /** The image column to add; default {@code image}. */
  public ImageDecoder setOutputCol(String value) {
    set(outputCol(), value);
    return this;
  }

  /** 1 grey, 3 BGR, 0 (default) as many as the file has. */
  public ImageDecoder setChannels(int value) {
    set(channels, value);
    return this;
  }

  public int getChannels() {
    return (Integer) getOrDefault(channels);
  }

  /** Width times height beyond which a file counts as bad. */
  public ImageDecoder setMaxPixels(long value) {
    set(maxPixels, value);
    return this;
  }

  public long getMaxPixels() {
    return (Long) getOrDefault(maxPixels);
  }

  /** {@code error} (default), {@code skip} or {@code keep}. */
  public ImageDecoder setHandleInvalid(String value) {
    set(handleInvalid, value);
    return this;
  }

  /** The column for the reason why a kept row has no image. */
  public ImageDecoder setProblemCol(String value) {
    set(problemCol, value);
    return this;
  }

  public String getProblemCol() {
    return getOrDefault(problemCol);
  }

  /** The column that names each row. */
  public ImageDecoder setOriginCol(String value) {
    set(originCol, value);
    return this;
  }

  public String getOriginCol() {
    return getOrDefault(originCol);
  }

  /**
   * @throws KindlingException if a column is missing, of another type, or exists already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    StageSchema columns =
        new StageSchema(DOING, schema).require(getInputCol(), DataTypes.BinaryType);
    if (isSet(originCol)) {
      columns.require(getOriginCol(), DataTypes.StringType);
    }
    columns = columns.add(getOutputCol(), ImageRows.schema());
    if (isSet(problemCol)) {
      if (!getHandleInvalid().equals(KEEP)) {
        throw new KindlingException(
            "Cannot %s: problemCol '%s' is set but handleInvalid is '%s'; set it to 'keep'"
                .formatted(DOING, getProblemCol(), getHandleInvalid()));
      }
      columns = columns.addProblem(getProblemCol());
    }
    return columns.schema();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Column origin =
        isSet(originCol)
            ? StageSchema.column(getOriginCol())
            : functions.lit(null).cast(DataTypes.StringType);
    ImageCodec codec = new ImageCodec(getMaxPixels());
    Decode decode = new Decode(codec, getChannels(), getHandleInvalid().equals(ERROR));
    String decoded = uid() + "__decoded";
    // Not deterministic, as far as Spark knows: else it may copy the decoding into every
    // expression and filter that reads the result, and decode several times.
    Dataset<Row> rows =
        dataset.withColumn(
            decoded,
            functions
                .udf(decode, Decode.TYPE)
                .asNondeterministic()
                .apply(StageSchema.column(getInputCol()), origin));
    rows = rows.withColumn(getOutputCol(), StageSchema.column(decoded).getField(Decode.IMAGE));
    if (isSet(problemCol)) {
      Column reason = StageSchema.column(decoded).getField(Decode.PROBLEM);
      boolean exists = new StageSchema(DOING, dataset.schema()).has(getProblemCol());
      rows =
          rows.withColumn(
              getProblemCol(),
              exists ? functions.coalesce(StageSchema.column(getProblemCol()), reason) : reason);
    }
    rows = rows.drop(decoded);
    return getHandleInvalid().equals(SKIP)
        ? rows.filter(StageSchema.column(getOutputCol()).isNotNull())
        : rows;
  }

  @Override
  public ImageDecoder copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** What {@code ImageDecoder.load} and {@code PipelineModel.load} read with. */
  public static MLReader<ImageDecoder> read() {
    return SavedParams.reader();
  }

  public static ImageDecoder load(String path) {
    return read().load(path);
  }

  /** File and origin to image and problem, one of which is null. */
  private record Decode(ImageCodec codec, int channels, boolean failing)
      implements UDF2<byte[], String, Row> {
    static final String IMAGE = "image";
    static final String PROBLEM = "problem";
    static final StructType TYPE =
        new StructType().add(IMAGE, ImageRows.schema()).add(PROBLEM, DataTypes.StringType);

    @Override
    public Row call(byte[] file, String origin) {
      try {
        if (file == null) {
          throw new BadImageException("no file content (null)");
        }
        return RowFactory.create(ImageRows.toRow(origin, codec.decode(file, channels)), null);
      } catch (BadImageException e) {
        if (failing) {
          throw new KindlingException(
              "Cannot decode image%s: %s; to go on without such rows set handleInvalid to 'skip'"
                      .formatted(origin == null ? "" : " " + origin, e.getMessage())
                  + " or 'keep'",
              e);
        }
        return RowFactory.create(null, e.getMessage());
      }
    }
  }
}
