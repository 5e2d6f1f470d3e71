/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;

/**
 * The file formats that are decoded, told apart by their first bytes, never by a file's name.
 *
 * <p>Readers come from named providers, not from ImageIO's scan of the class path: the scan uses
 * the context class loader of whichever thread comes first, which on an executor often cannot see
 * the jars that a job brought.
 */
@SuppressWarnings("ImmutableEnumChecker") // neither field is changed after construction
enum ImageFormat {
  JPEG(new int[] {0xff, 0xd8, 0xff}, platform("jpeg.JPEG")),
  PNG(new int[] {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, platform("png.PNG")),
  GIF(new int[] {'G', 'I', 'F', '8'}, platform("gif.GIF")),
  BMP(new int[] {'B', 'M'}, platform("bmp.BMP"));

  private static final int SHOWN = 12;
  private static final ImageReaderSpi ANY_JPEG = anyJpeg();

  private final int[] signature;
  private final ImageReaderSpi provider;

  ImageFormat(int[] signature, ImageReaderSpi provider) {
    this.signature = signature;
    this.provider = provider;
  }

  /**
   * The format of a file.
   *
   * @throws BadImageException if the file is empty or begins like none of them
   */
  static ImageFormat of(byte[] encoded) throws BadImageException {
    if (encoded.length == 0) {
      throw new BadImageException("empty file");
    }
    for (ImageFormat format : values()) {
      if (format.begins(encoded)) {
        return format;
      }
    }
    throw new BadImageException(
        "not a JPEG, PNG, GIF or BMP image (starts with " + beginning(encoded) + ")");
  }

  /**
   * A new reader, for one thread, to be disposed of. A JPEG of unusual colour markers goes to
   * TwelveMonkeys' reader, which takes three times as long for a small image.
   */
  ImageReader reader(EncodedImage image) throws IOException {
    return (this == JPEG && !image.plain() ? ANY_JPEG : provider).createReaderInstance();
  }

  /** Makes a file of this format ready for its reader. */
  EncodedImage prepare(byte[] file) throws BadImageException {
    return switch (this) {
      case JPEG -> JpegFile.read(file);
      case PNG -> PngFile.read(file);
      case GIF, BMP -> EncodedImage.asItIs(file);
    };
  }

  private boolean begins(byte[] encoded) {
    if (encoded.length < signature.length) {
      return false;
    }
    for (int i = 0; i < signature.length; i++) {
      if ((encoded[i] & 0xff) != signature[i]) {
        return false;
      }
    }
    return true;
  }

  /** The first bytes as text where they are text, else in hexadecimal. */
  private static String beginning(byte[] encoded) {
    byte[] first = Arrays.copyOf(encoded, Math.min(SHOWN, encoded.length));
    boolean text = true;
    StringBuilder hex = new StringBuilder();
    for (byte b : first) {
      text &= (b >= ' ' && b < 0x7f) || b == '\n' || b == '\r' || b == '\t';
      hex.append(hex.isEmpty() ? "" : " ").append("%02x".formatted(b));
    }
    return text
        ? "'" + new String(first, StandardCharsets.US_ASCII).replaceAll("\\s", " ") + "'"
        : hex.toString();
  }

  /** The JDK's own reader, which its registry always holds. */
  private static ImageReaderSpi platform(String name) {
    String wanted = "com.sun.imageio.plugins." + name + "ImageReaderSpi";
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (all.hasNext()) {
      ImageReaderSpi provider = all.next();
      if (provider.getClass().getName().equals(wanted)) {
        return provider;
      }
    }
    throw new IllegalStateException("this JDK has no " + wanted);
  }

  /** TwelveMonkeys' reader in front of the JDK's: contradicting colour markers, lossless. */
  private static ImageReaderSpi anyJpeg() {
    // It finds the JDK's reader in the registry that it is put into: here one of our own.
    ServiceRegistry registry =
        new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
    registry.registerServiceProvider(platform("jpeg.JPEG"), ImageReaderSpi.class);
    JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
    registry.registerServiceProvider(provider, ImageReaderSpi.class);
    return provider;
  }
}
