/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The segments of a JPEG file before its pixels (ITU-T T.81, annex B): orientation, colour markers,
 * and the colour profile, which is taken out.
 */
final class JpegFile {
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP2 = 0xe2;
  private static final int APP14 = 0xee;
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;

  private final byte[] file;
  private final ByteArrayOutputStream withoutProfile = new ByteArrayOutputStream(0);
  private int keptFrom;
  private boolean jfif;
  private int adobeTransform = -1;
  private int components;
  private byte[] exif;

  private JpegFile(byte[] file) {
    this.file = file;
  }

  static EncodedImage read(byte[] file) throws BadImageException {
    JpegFile jpeg = new JpegFile(file);
    jpeg.readSegments();
    return jpeg.encodedImage();
  }

  private void readSegments() throws BadImageException {
    int at = 2;
    while (true) {
      while (at + 1 < file.length && u8(at) == 0xff && u8(at + 1) == 0xff) {
        at++; // any marker may be preceded by fill bytes
      }
      if (at + 4 > file.length) {
        throw truncated();
      }
      if (u8(at) != 0xff) {
        throw new BadImageException("corrupt JPEG image: no marker at byte " + at);
      }
      int marker = u8(at + 1);
      if (marker == END_OF_IMAGE) {
        throw new BadImageException("corrupt JPEG image: it has no picture");
      }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
        at += 2; // no length follows
        continue;
      }
      int end = at + 2 + u16(at + 2);
      if (end > file.length) {
        throw truncated();
      }
      if (end < at + 4) {
        throw new BadImageException("corrupt JPEG image: a segment without length at byte " + at);
      }
      if (marker == START_OF_SCAN) {
        return;
      }
      readSegment(marker, at, end);
      at = end;
    }
  }

  private void readSegment(int marker, int start, int end) {
    int content = start + 4;
    if (marker == APP0 && begins(content, end, "JFIF\0")) {
      jfif = true;
    } else if (marker == APP1 && exif == null && begins(content, end, "Exif\0")) {
      exif = Arrays.copyOfRange(file, Math.min(content + 6, end), end);
    } else if (marker == APP2 && begins(content, end, "ICC_PROFILE\0")) {
      withoutProfile.write(file, keptFrom, start - keptFrom);
      keptFrom = end;
    } else if (marker == APP14 && begins(content, end, "Adobe") && end - content >= 12) {
      adobeTransform = u8(content + 11);
    } else if (isFrame(marker) && end - content >= 6) {
      components = u8(content + 5);
    }
  }

  private EncodedImage encodedImage() {
    byte[] bytes = file;
    if (keptFrom > 0) {
      withoutProfile.write(file, keptFrom, file.length - keptFrom);
      bytes = withoutProfile.toByteArray();
    }
    EncodedImage.Inks inks = EncodedImage.Inks.NONE;
    if (components == 4) {
      inks =
          switch (adobeTransform) {
            case -1 -> EncodedImage.Inks.CMYK;
            case 2 -> EncodedImage.Inks.INVERTED_YCCK;
            default -> EncodedImage.Inks.INVERTED_CMYK;
          };
    }
    return new EncodedImage(
        bytes, jfif && adobeTransform == -1, inks, exif == null ? 1 : Orientation.of(exif));
  }

  /** A start of frame, whatever the process: baseline, progressive, lossless... */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private boolean begins(int from, int end, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    return end - from >= wanted.length
        && Arrays.equals(file, from, from + wanted.length, wanted, 0, wanted.length);
  }

  private int u8(int at) {
    return file[at] & 0xff;
  }

  private int u16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  private static BadImageException truncated() {
    return new BadImageException("truncated JPEG image: it ends before its picture");
  }
}
