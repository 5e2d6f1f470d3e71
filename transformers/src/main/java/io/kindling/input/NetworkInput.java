/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import scala.collection.Seq;

/**
 * The way of one example from a column's value to the floats of a minibatch, in two steps: {@link
 * #encode} to the compact bytes that are kept and moved (a pixel one byte, a float four), {@link
 * #decode} to floats when the minibatch is assembled. Immutable; safe for use by several threads.
 */
public final class NetworkInput {
  private final InputSpec spec;
  private final float[][] tables;

  public NetworkInput(InputSpec spec) {
    this.spec = spec;
    this.tables = new float[spec.kind() == InputSpec.Kind.IMAGE ? spec.channels() : 0][];
    for (int channel = 0; channel < tables.length; channel++) {
      tables[channel] = spec.scaling().table(channel);
    }
  }

  public InputSpec spec() {
    return spec;
  }

  /** The bytes that one encoded example takes. */
  public int encodedBytes() {
    return spec.kind() == InputSpec.Kind.IMAGE
        ? spec.values()
        : Math.multiplyExact(spec.values(), Float.BYTES);
  }

  /**
   * Writes one example in compact form.
   *
   * @param value an image struct, a {@code Vector}, or a sequence of floats or doubles
   * @param out receives {@link #encodedBytes()} bytes from {@code offset} on
   * @throws BadInputException if the value is null, of another size than the network takes, or not
   *     finite; {@code out} may then hold part of it
   */
  public void encode(Object value, byte[] out, int offset) throws BadInputException {
    if (value == null) {
      throw new BadInputException("no input (null)");
    }
    if (spec.kind() == InputSpec.Kind.IMAGE) {
      byte[] pixels = pixels((Row) value).data();
      System.arraycopy(pixels, 0, out, offset, pixels.length);
    } else {
      encodeVector(value, out, offset);
    }
  }

  private Pixels pixels(Row image) throws BadInputException {
    Pixels pixels;
    try {
      pixels = ImageRows.pixels(image);
    } catch (BadImageException e) {
      throw new BadInputException(e.getMessage());
    }
    if (pixels.height() != spec.height()
        || pixels.width() != spec.width()
        || pixels.channels() != spec.channels()) {
      throw new BadInputException(
          "image of %dx%dx%d, but the network takes %s; ImageResizer makes them one size"
              .formatted(pixels.height(), pixels.width(), pixels.channels(), spec));
    }
    return pixels;
  }

  private void encodeVector(Object value, byte[] out, int offset) throws BadInputException {
    if (value instanceof Vector vector) {
      checkLength(vector.size());
      for (int i = 0; i < spec.width(); i++) {
        putFloat(out, offset, i, vector.apply(i));
      }
    } else {
      Seq<?> sequence = (Seq<?>) value;
      checkLength(sequence.size());
      scala.collection.Iterator<?> elements = sequence.iterator();
      for (int i = 0; i < spec.width(); i++) {
        if (!(elements.next() instanceof Number number)) {
          throw new BadInputException("element " + i + " of the input is null");
        }
        putFloat(out, offset, i, number.doubleValue());
      }
    }
  }

  private void checkLength(int length) throws BadInputException {
    if (length != spec.width()) {
      throw new BadInputException("vector of length " + length + ", but the network takes " + spec);
    }
  }

  private static void putFloat(byte[] out, int offset, int index, double value)
      throws BadInputException {
    float narrowed = (float) value;
    if (!Float.isFinite(narrowed)) {
      throw new BadInputException(
          "element " + index + " of the input is " + value + ", which is no finite float");
    }
    LittleEndian.putFloat(out, offset + index * Float.BYTES, narrowed);
  }

  /**
   * Turns one encoded example into the network's floats: an image becomes {@code [channels, height,
   * width]}, its colours in the order red, green, blue, scaled; a vector stays as it is.
   *
   * @param encoded holds {@link #encodedBytes()} bytes from {@code offset} on
   * @param out receives {@code spec().values()} floats from {@code outOffset} on
   */
  public void decode(byte[] encoded, int offset, float[] out, int outOffset) {
    if (spec.kind() == InputSpec.Kind.VECTOR) {
      for (int i = 0; i < spec.width(); i++) {
        out[outOffset + i] = LittleEndian.getFloat(encoded, offset + i * Float.BYTES);
      }
      return;
    }
    int channels = spec.channels();
    int plane = spec.height() * spec.width();
    for (int channel = 0; channel < channels; channel++) {
      float[] table = tables[channel];
      int from = offset + stored(channel, channels);
      int to = outOffset + channel * plane;
      for (int pixel = 0; pixel < plane; pixel++) {
        out[to + pixel] = table[encoded[from] & 0xff];
        from += channels;
      }
    }
  }

  /** Where a pixel holds a channel: Spark's images are blue, green, red (and alpha). */
  private static int stored(int channel, int channels) {
    return channels >= 3 && channel < 3 ? 2 - channel : channel;
  }
}
