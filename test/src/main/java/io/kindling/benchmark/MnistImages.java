/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.benchmark;

import io.kindling.data.KindlingException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * MNIST's training images in memory, for contestants that know nothing of Spark's DataFrames.
 *
 * @param pixels {@code [images, 784]}, a byte each
 * @param labels one for each image
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is read, never compared
public record MnistImages(byte[][] pixels, byte[] labels) {
  public static final int VALUES = 28 * 28;

  /** The first images of the training set. */
  public static MnistImages read(Path folder, int count) {
    try (DataInputStream images = open(folder, "train-images-idx3-ubyte", 16);
        DataInputStream classes = open(folder, "train-labels-idx1-ubyte", 8)) {
      byte[][] pixels = new byte[count][VALUES];
      for (byte[] image : pixels) {
        images.readFully(image);
      }
      byte[] labels = new byte[count];
      classes.readFully(labels);
      return new MnistImages(pixels, labels);
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot read %d images of MNIST from %s: %s".formatted(count, folder, e.getMessage()), e);
    }
  }

  private static DataInputStream open(Path folder, String name, int header) throws IOException {
    Path packed = folder.resolve(name + ".gz");
    InputStream file =
        Files.exists(packed)
            ? new GZIPInputStream(Files.newInputStream(packed), 1 << 16)
            : Files.newInputStream(folder.resolve(name));
    DataInputStream data = new DataInputStream(new BufferedInputStream(file));
    data.skipNBytes(header);
    return data;
  }

  /** Pixels of some images as floats from 0 to 1, one image after the other. */
  public static float[] floats(byte[][] images) {
    float[] floats = new float[images.length * VALUES];
    for (int image = 0; image < images.length; image++) {
      for (int pixel = 0; pixel < VALUES; pixel++) {
        floats[image * VALUES + pixel] = (images[image][pixel] & 0xff) / 255f;
      }
    }
    return floats;
  }
}
