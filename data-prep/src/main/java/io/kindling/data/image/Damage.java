/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import java.util.List;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Listens to a reader's warnings. The JPEG decoder only warns of missing or broken data and fills
 * the rest of the picture with grey; such a picture must not be trained on. Other warnings (of
 * metadata, of stray bytes after the picture, which some cameras write) leave the pixels right.
 */
final class Damage implements IIOReadWarningListener {
  private static final List<String> SIGNS =
      List.of(
          "corrupt jpeg data",
          "missing eoi",
          "premature end",
          "invalid sos parameters",
          "inconsistent progression",
          "out-of-sequence code");
  private static final String STRAY_BYTES = "extraneous bytes before marker 0xd9";

  private String found;

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    if (found == null && isDamage(warning)) {
      found = warning;
    }
  }

  /** The first warning that tells of lost pixels, or null. */
  String found() {
    return found;
  }

  private static boolean isDamage(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    return !text.contains(STRAY_BYTES) && SIGNS.stream().anyMatch(text::contains);
  }
}
