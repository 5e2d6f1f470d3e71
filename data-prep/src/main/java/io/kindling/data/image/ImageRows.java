/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The way into and out of Spark's image struct ({@code ImageSchema.columnSchema()}: origin, height,
 * width, nChannels, mode, data), whose modes are OpenCV's {@code CV_8UC1}, {@code CV_8UC3} and
 * {@code CV_8UC4}.
 */
public final class ImageRows {
  private static final int ORIGIN = 0;
  private static final int HEIGHT = 1;
  private static final int WIDTH = 2;
  private static final int CHANNELS = 3;
  private static final int MODE = 4;
  private static final int DATA = 5;

  private ImageRows() {}

  /** The type of an image column. */
  public static StructType schema() {
    return ImageSchema.columnSchema();
  }

  /** The image struct of these pixels; the data is not copied. */
  public static Row toRow(String origin, Pixels pixels) {
    return RowFactory.create(
        origin,
        pixels.height(),
        pixels.width(),
        pixels.channels(),
        mode(pixels.channels()),
        pixels.data());
  }

  /**
   * The pixels of an image struct; the data is not copied.
   *
   * @param image a row of {@link #schema()}
   * @throws BadImageException if the row is null, has a null field, a mode that is not of unsigned
   *     bytes in 1, 3 or 4 channels, or data of another length than its sizes ask for
   */
  public static Pixels pixels(Row image) throws BadImageException {
    if (image == null) {
      throw new BadImageException("no image (null)");
    }
    for (int i = HEIGHT; i <= DATA; i++) {
      if (image.isNullAt(i)) {
        throw new BadImageException("image without " + schema().fields()[i].name() + " (null)");
      }
    }
    int channels = image.getInt(CHANNELS);
    int mode = image.getInt(MODE);
    if ((channels != 1 && channels != 3 && channels != 4) || mode != mode(channels)) {
      throw new BadImageException(
          "image of mode %d with %d channels; known are CV_8UC1 (0), CV_8UC3 (16), CV_8UC4 (24)"
              .formatted(mode, channels));
    }
    try {
      return new Pixels(
          image.getInt(HEIGHT), image.getInt(WIDTH), channels, image.<byte[]>getAs(DATA));
    } catch (IllegalArgumentException e) {
      throw new BadImageException(e.getMessage(), e);
    }
  }

  /** The origin in an image struct, or null where the struct or its origin is null. */
  public static String origin(Row image) {
    return image == null || image.isNullAt(ORIGIN) ? null : image.getString(ORIGIN);
  }

  /** OpenCV's type number for unsigned bytes in so many channels. */
  static int mode(int channels) {
    return (channels - 1) << 3;
  }
}
