/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.input.InputSpec;
import java.util.ArrayList;
import java.util.List;

/** The parts of an example that are covered one at a time. */
final class Regions {
  /** Of a side, or of the steps, where no size is given. */
  private static final int SHARE = 7;

  private Regions() {}

  /**
   * Squares of an image, windows of steps, each half over the one before; of a vector each value,
   * of a text each word.
   *
   * @param size pixels of a side, or steps; 0 for a seventh
   * @return positions of each region; every position is in one
   */
  static List<int[]> of(InputSpec spec, int steps, int size) {
    List<int[]> regions = new ArrayList<>();
    switch (spec.kind()) {
      case IMAGE -> {
        int side = size(size, Math.min(spec.height(), spec.width()));
        for (int top : starts(spec.height(), side)) {
          for (int left : starts(spec.width(), side)) {
            regions.add(square(spec, top, left, side));
          }
        }
      }
      case SEQUENCE -> addWindows(regions, steps, size(size, steps));
      case VECTOR -> addWindows(regions, spec.width(), 1);
      case TOKENS -> addWindows(regions, steps, 1);
    }
    return regions;
  }

  private static void addWindows(List<int[]> regions, int length, int size) {
    for (int start : starts(length, size)) {
      int[] window = new int[Math.min(size, length)];
      for (int i = 0; i < window.length; i++) {
        window[i] = start + i;
      }
      regions.add(window);
    }
  }

  private static int size(int given, int length) {
    return given > 0 ? given : Math.max(1, Math.round((float) length / SHARE));
  }

  /** Half a size apart, the last at the end. */
  private static List<Integer> starts(int length, int size) {
    int last = Math.max(0, length - size);
    int stride = Math.max(1, size / 2);
    List<Integer> starts = new ArrayList<>();
    for (int start = 0; start < last; start += stride) {
      starts.add(start);
    }
    starts.add(last);
    return starts;
  }

  private static int[] square(InputSpec spec, int top, int left, int side) {
    int height = Math.min(side, spec.height());
    int width = Math.min(side, spec.width());
    int[] pixels = new int[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (top + i / width) * spec.width() + left + i % width;
    }
    return pixels;
  }
}
