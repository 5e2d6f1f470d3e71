/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.evaluation.Preview;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** An example as it is shown: its image, its text, or the curve of its steps. */
final class Exhibit {
  private Exhibit() {}

  /** Whether it needs more room than an image: a text, or a plot with numbers at its axes. */
  static boolean isWide(Preview preview) {
    return preview != null && preview.png() == null;
  }

  /**
   * Writes one.
   *
   * @param preview null where nothing can be shown
   * @param what it is, for those who do not see it
   */
  static void write(Markup page, Preview preview, String what) {
    if (preview == null) {
      page.leaf("p", "nothing to show", "class", "nothing");
    } else if (preview.png() != null) {
      String data = Base64.getEncoder().encodeToString(preview.png());
      page.empty("img", "src", "data:image/png;base64," + data, "alt", what);
    } else if (preview.text() != null) {
      page.leaf("blockquote", preview.text().isEmpty() ? "(empty)" : preview.text());
    } else {
      steps(page, preview.steps(), what);
    }
  }

  private static void steps(Markup page, double[][] steps, String what) {
    double least = Arrays.stream(steps).flatMapToDouble(Arrays::stream).min().orElse(0);
    double greatest = Arrays.stream(steps).flatMapToDouble(Arrays::stream).max().orElse(1);
    double pad = greatest > least ? 0 : 1;
    Plot plot =
        new Plot(
            page,
            "steps",
            what,
            Axis.whole("step", 0, Math.max(1, steps.length - 1)),
            Axis.round("", least - pad, greatest + pad, 4),
            260);
    for (int value = 0; value < steps[0].length; value++) {
      List<double[]> points = new ArrayList<>();
      for (int step = 0; step < steps.length; step++) {
        points.add(new double[] {step, steps[step][value]});
      }
      plot.curve("c" + (value + 1), "steps." + value, points);
    }
    plot.end();
  }
}
