/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.transformers.image.Fit;
import io.kindling.transformers.image.Resizing;
import org.apache.spark.sql.Row;
import scala.collection.Iterator;
import scala.collection.Seq;

/** Makes previews of what columns hold. */
final class Previews {
  /** Pixels of a side at first, less where the file is still too large. */
  private static final int LONGEST_SIDE = 256;

  private static final int MOST_PNG_BYTES = 64 * 1024;
  private static final int LONGEST_TEXT = 600;
  private static final int MOST_STEPS = 200;
  private static final int MOST_VALUES = 4;

  private Previews() {}

  /**
   * A preview of a value.
   *
   * @return null where it is none of what can be shown, or an image that cannot be read
   */
  static Preview of(Object content) {
    try {
      if (content instanceof String text) {
        return Preview.ofText(cut(text));
      }
      if (content instanceof byte[] file) {
        return image(new ImageCodec().decode(file, 0));
      }
      if (content instanceof Row struct && struct.size() == ImageRows.schema().size()) {
        return image(ImageRows.pixels(struct));
      }
      return content instanceof Seq<?> steps ? sequence(steps) : null;
    } catch (BadImageException e) {
      return null;
    }
  }

  /** Characters as readers count them, so that none is cut in two. */
  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= LONGEST_TEXT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT - 1)) + "…";
  }

  private static Preview image(Pixels pixels) {
    int side = LONGEST_SIDE;
    while (true) {
      byte[] png = ImageCodec.encodePng(within(pixels, side));
      if (png.length <= MOST_PNG_BYTES) {
        return Preview.ofImage(png);
      }
      side = side * 3 / 4;
    }
  }

  private static Pixels within(Pixels pixels, int side) {
    int longest = Math.max(pixels.height(), pixels.width());
    if (longest <= side) {
      return pixels;
    }
    int height = Math.max(1, (int) ((long) pixels.height() * side / longest));
    int width = Math.max(1, (int) ((long) pixels.width() * side / longest));
    return new Resizing(height, width, Fit.RESIZE).apply(pixels);
  }

  private static Preview sequence(Seq<?> steps) {
    if (steps.isEmpty() || !(steps.head() instanceof Seq<?>)) {
      return null;
    }
    double[][] shown = new double[Math.min(MOST_STEPS, steps.size())][];
    Iterator<?> all = steps.iterator();
    for (int step = 0; step < shown.length; step++) {
      if (!(all.next() instanceof Seq<?> values)) {
        return null;
      }
      shown[step] = new double[Math.min(MOST_VALUES, values.size())];
      for (int i = 0; i < shown[step].length; i++) {
        shown[step][i] = values.apply(i) instanceof Number number ? number.doubleValue() : 0;
      }
    }
    return Preview.ofSteps(shown);
  }
}
