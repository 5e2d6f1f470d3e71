/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file. Only those that make the pixels are kept: gamma and colour profiles
 * would change values, and a damaged or huge text chunk would fail an image whose pixels are whole.
 * The checksums of those kept are verified, which the JDK's reader does not do.
 */
final class PngFile {
  private static final int SIGNATURE = 8;

  /** Length, type and checksum. */
  private static final int FRAME = 12;

  private PngFile() {}

  static EncodedImage read(byte[] file) throws BadImageException {
    ByteBuffer in = ByteBuffer.wrap(file);
    ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, SIGNATURE);
    int orientation = 1;
    boolean picture = false;
    int at = SIGNATURE;
    while (at + FRAME <= file.length) {
      int length = in.getInt(at);
      String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (at == SIGNATURE && !type.equals("IHDR")) {
        throw new BadImageException("corrupt PNG image: it does not start with a header");
      }
      if (length < 0 || length > file.length - at - FRAME) {
        throw truncated();
      }
      switch (type) {
        case "IHDR", "PLTE", "tRNS", "IDAT", "IEND" -> {
          CRC32 checksum = new CRC32();
          checksum.update(file, at + 4, length + 4);
          if ((int) checksum.getValue() != in.getInt(at + 8 + length)) {
            throw new BadImageException("corrupt PNG image: checksum of its " + type + " is wrong");
          }
          picture |= type.equals("IDAT");
          kept.write(file, at, length + FRAME);
        }
        case "eXIf" ->
            orientation = Orientation.of(Arrays.copyOfRange(file, at + 8, at + 8 + length));
        default -> {}
      }
      if (type.equals("IEND")) {
        if (!picture) {
          throw new BadImageException("corrupt PNG image: it has no picture");
        }
        return new EncodedImage(kept.toByteArray(), true, EncodedImage.Inks.NONE, orientation);
      }
      at += length + FRAME;
    }
    throw truncated();
  }

  private static BadImageException truncated() {
    return new BadImageException("truncated PNG image: it ends before its end chunk");
  }
}
