/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

/**
 * An image file made ready for its reader.
 *
 * @param bytes the file without what would change pixels or upset the reader (colour profiles,
 *     gamma, text)
 * @param plain whether the JDK's own reader is known to do: no unusual colour markers
 * @param inks how four colour components are stored, where there are four
 * @param orientation EXIF's 1 to 8: how the stored rows and columns are to be turned
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record EncodedImage(byte[] bytes, boolean plain, Inks inks, int orientation) {

  /** The printing inks of a JPEG of four components. */
  enum Inks {
    /** Not four components. */
    NONE,
    /** Cyan, magenta, yellow, black: 255 is full ink. */
    CMYK,
    /** As Adobe's programs write them: 255 is no ink. */
    INVERTED_CMYK,
    /** Inverted, with the first three turned into luma and chroma. */
    INVERTED_YCCK
  }

  /** A file whose reader takes it as it is. */
  static EncodedImage asItIs(byte[] bytes) {
    return new EncodedImage(bytes, true, Inks.NONE, 1);
  }
}
