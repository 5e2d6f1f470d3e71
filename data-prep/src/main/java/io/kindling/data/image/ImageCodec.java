/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Decodes JPEG, PNG, GIF (its first picture) and BMP files held in memory. Immutable, safe for any
 * number of threads, writes no temporary file.
 */
public final class ImageCodec implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 64 Mi pixels, 8192 x 8192: some 200 MB decoded. */
  public static final long DEFAULT_MAX_PIXELS = 1L << 26;

  private final long maxPixels;

  public ImageCodec() {
    this(DEFAULT_MAX_PIXELS);
  }

  /**
   * @param maxPixels width times height beyond which an image counts as bad, found before its
   *     pixels are decoded
   */
  public ImageCodec(long maxPixels) {
    if (maxPixels < 1) {
      throw new IllegalArgumentException("maxPixels must be positive, it is " + maxPixels);
    }
    this.maxPixels = maxPixels;
  }

  /**
   * Decodes one file, turned upright where its EXIF says how.
   *
   * <p>The stored values come out as they are, as PIL and OpenCV give them: gamma and colour
   * profiles are not applied. Of 16 bits the high byte is kept. Where the result has no alpha, a
   * transparent image is laid on white. Grey from colour is ITU-R 601 luma, rounded. CMYK becomes
   * RGB by multiplication of ink and black. A palette of opaque greys counts as grey.
   *
   * @param encoded the file's bytes
   * @param channels 1 (grey), 3 (BGR), 4 (BGRA), or 0 for as many as the file has
   * @throws BadImageException if these bytes are no whole image of a known format; the message is
   *     the reason
   */
  public Pixels decode(byte[] encoded, int channels) throws BadImageException {
    if (channels != 0 && channels != 1 && channels != 3 && channels != 4) {
      throw new IllegalArgumentException("channels must be 0, 1, 3 or 4, it is " + channels);
    }
    ImageFormat format = ImageFormat.of(encoded);
    Damage damage = new Damage();
    ImageReader reader = null;
    try {
      EncodedImage image = format.prepare(encoded);
      reader = format.reader(image);
      reader.addIIOReadWarningListener(damage);
      reader.setInput(
          new MemoryCacheImageInputStream(new ByteArrayInputStream(image.bytes())), true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if ((long) width * height > maxPixels) {
        throw new BadImageException(
            "%d x %d pixels, more than the limit of %d".formatted(width, height, maxPixels));
      }
      Pixels pixels =
          image.inks() == EncodedImage.Inks.NONE
              ? Samples.of(reader.read(0), channels)
              : Samples.ofInks(reader.readRaster(0, null), image.inks(), channels);
      if (damage.found() != null) {
        throw new BadImageException("damaged " + format + " image: " + damage.found());
      }
      return Orientation.upright(pixels, image.orientation());
    } catch (IOException | RuntimeException e) {
      // The JDK's readers answer broken files with any RuntimeException, too.
      throw new BadImageException(reason(format, e), e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private static String reason(ImageFormat format, Exception thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof EOFException) {
        return "truncated " + format + " image: it ends before its picture does";
      }
    }
    String detail = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
    return "corrupt " + format + " image: " + detail;
  }

  /** The PNG file of an image: grey, RGB or RGBA, 8 bits, lossless. */
  public static byte[] encodePng(Pixels pixels) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    BufferedImage image = Samples.image(pixels);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this JDK has no PNG writer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }
}
