/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.KindlingException;
import io.kindling.data.image.Pixels;
import io.kindling.transformers.image.Fit;
import io.kindling.transformers.image.Resizing;
import java.util.List;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/**
 * Brings the images of a column to one height, width and number of channels, as a network wants
 * them. Averages over areas where an image shrinks and interpolates bilinearly where it grows
 * ({@link Resizing}). A null image stays null; an image struct that contradicts itself fails the
 * job.
 */
public final class ImageResizer extends ImageMapper {
  private static final long serialVersionUID = 1L;

  private final IntParam height;
  private final IntParam width;
  private final IntParam channels;
  private final Param<String> fit;

  /** A resizer with a uid of its own. */
  public ImageResizer() {
    this(Identifiable$.MODULE$.randomUID("imageResizer"));
  }

  public ImageResizer(String uid) {
    super(uid);
    height = new IntParam(this, "height", "rows of the result, at least 1", ParamValidators.gt(0));
    width = new IntParam(this, "width", "columns of the result, at least 1", ParamValidators.gt(0));
    channels = ImageChannels.param(this, "as the image has");
    fit =
        new Param<>(
            this,
            "fit",
            "what becomes of other proportions: stretched (resize), scaled to cover and cut in the"
                + " middle (crop), scaled to fit and filled up with black (pad); default resize",
            ParamValidators.inArray(List.of(Fit.names())));
    setDefault(channels, 0);
    setDefault(fit, Fit.RESIZE.lowerCaseName());
  }

  public IntParam height() {
    return height;
  }

  public IntParam width() {
    return width;
  }

  public IntParam channels() {
    return channels;
  }

  public Param<String> fit() {
    return fit;
  }

  /** The image column to read; default {@code image}. */
  public ImageResizer setInputCol(String value) {
    set(inputCol(), value);
    return this;
  }

  /** The image column to add. */
  public ImageResizer setOutputCol(String value) {
    set(outputCol(), value);
    return this;
  }

  /** Rows of the result; required. */
  public ImageResizer setHeight(int value) {
    set(height, value);
    return this;
  }

  public int getHeight() {
    return (Integer) getOrDefault(height);
  }

  /** Columns of the result; required. */
  public ImageResizer setWidth(int value) {
    set(width, value);
    return this;
  }

  public int getWidth() {
    return (Integer) getOrDefault(width);
  }

  /** 1 grey, 3 BGR, 0 (default) as the image has. */
  public ImageResizer setChannels(int value) {
    set(channels, value);
    return this;
  }

  public int getChannels() {
    return (Integer) getOrDefault(channels);
  }

  /** {@code resize} (default), {@code crop} or {@code pad}. */
  public ImageResizer setFit(String value) {
    set(fit, value);
    return this;
  }

  public String getFit() {
    return getOrDefault(fit);
  }

  @Override
  String doing() {
    return "resize images";
  }

  /**
   * @throws KindlingException if height or width is not set, or a column is missing, of another
   *     type, or exists already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    for (IntParam size : List.of(height, width)) {
      if (!isSet(size)) {
        throw new KindlingException(
            "Cannot %s: %s is not set; it is the network's input".formatted(doing(), size.name()));
      }
    }
    return super.transformSchema(schema);
  }

  @Override
  PixelMap pixelMap() {
    return new Resize(new Resizing(getHeight(), getWidth(), Fit.parse(getFit())), getChannels());
  }

  @Override
  public ImageResizer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** What {@code ImageResizer.load} and {@code PipelineModel.load} read with. */
  public static MLReader<ImageResizer> read() {
    return SavedParams.reader();
  }

  public static ImageResizer load(String path) {
    return read().load(path);
  }

  private record Resize(Resizing resizing, int channels) implements PixelMap {
    @Override
    public Pixels apply(String origin, Pixels image) {
      return resizing.apply(image.inChannels(channels));
    }
  }
}
