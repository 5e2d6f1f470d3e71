/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import java.util.List;

/**
 * A plot as inline SVG: two axes with round ticks, and what is drawn between them in the numbers of
 * the axes. It tells its frame in attributes, so that a program can read the numbers back.
 */
final class Plot {
  private static final double LEFT = 56;
  private static final double RIGHT = 14;
  private static final double TOP = 12;
  private static final double BOTTOM = 46;
  private static final double WIDTH = 460;

  private final Markup page;
  private final Axis x;
  private final Axis y;
  private final double right = WIDTH - RIGHT;
  private final double bottom;

  /**
   * Begins a plot; {@link #end()} ends it.
   *
   * @param name by which programs find it
   * @param title what is seen, for those who do not see it
   * @param height in pixels where it is shown 460 pixels wide
   */
  Plot(Markup page, String name, String title, Axis x, Axis y, double height) {
    this.page = page;
    this.x = x;
    this.y = y;
    this.bottom = height - BOTTOM;
    page.open(
        "svg",
        "class",
        "plot",
        "viewBox",
        "0 0 " + Figures.coordinate(WIDTH) + " " + Figures.coordinate(height),
        "role",
        "img",
        "data-plot",
        name,
        "data-frame",
        String.join(" ", pixels(LEFT), pixels(right), pixels(bottom), pixels(TOP)),
        "data-range",
        String.join(" ", number(x.from()), number(x.to()), number(y.from()), number(y.to())));
    page.leaf("title", title);
    axes();
  }

  private void axes() {
    for (double tick : y.ticks()) {
      line("grid", LEFT, y(tick), right, y(tick));
      text("tick end", LEFT - 8, y(tick) + 4, y.format(tick));
    }
    for (double tick : x.ticks()) {
      line("grid", x(tick), bottom, x(tick), bottom + 5);
      text("tick middle", x(tick), bottom + 19, x.format(tick));
    }
    line("axis", LEFT, bottom, right, bottom);
    text("label middle", (LEFT + right) / 2, bottom + 39, x.label());
    double middle = (TOP + bottom) / 2;
    page.leaf(
        "text",
        y.label(),
        "class",
        "label middle",
        "transform",
        "translate(13 " + pixels(middle) + ") rotate(-90)");
  }

  private double x(double number) {
    return LEFT + x.share(number) * (right - LEFT);
  }

  private double y(double number) {
    return bottom - y.share(number) * (bottom - TOP);
  }

  /** A line through points; of fewer than two nothing would be seen. */
  Plot curve(String styles, String name, List<double[]> points) {
    if (points.size() < 2) {
      return this;
    }
    StringBuilder path = new StringBuilder();
    for (double[] point : points) {
      path.append(path.isEmpty() ? "M" : "L")
          .append(pixels(x(point[0])))
          .append(' ')
          .append(pixels(y(point[1])));
    }
    page.empty("path", "class", "curve " + styles, "d", path, "data-curve", name);
    return this;
  }

  /** A straight line that says how it would be. */
  Plot guide(double fromX, double fromY, double toX, double toY) {
    line("guide", x(fromX), y(fromY), x(toX), y(toY));
    return this;
  }

  /** A straight line from the bottom to the top, where the axis has that number. */
  Plot upright(double atX) {
    if (x.from() <= atX && atX <= x.to()) {
      line("guide", x(atX), bottom, x(atX), TOP);
    }
    return this;
  }

  /** A point with its numbers, which a pointer that rests on it shows. */
  Plot point(String styles, double atX, double atY, String tip, Object... attributes) {
    page.open(
            "circle",
            "class",
            "point " + styles,
            "cx",
            pixels(x(atX)),
            "cy",
            pixels(y(atY)),
            "r",
            "3.5",
            attributes)
        .leaf("title", tip)
        .close();
    return this;
  }

  /** A rectangle between numbers, with a tip. */
  Plot box(
      String styles,
      double fromX,
      double toX,
      double fromY,
      double toY,
      String tip,
      Object... attributes) {
    page.open(
            "rect",
            "class",
            "box " + styles,
            "x",
            pixels(x(fromX)),
            "y",
            pixels(y(toY)),
            "width",
            pixels(x(toX) - x(fromX)),
            "height",
            pixels(y(fromY) - y(toY)),
            attributes)
        .leaf("title", tip)
        .close();
    return this;
  }

  private void line(String styles, double fromX, double fromY, double toX, double toY) {
    page.empty(
        "line",
        "class",
        styles,
        "x1",
        pixels(fromX),
        "y1",
        pixels(fromY),
        "x2",
        pixels(toX),
        "y2",
        pixels(toY));
  }

  private void text(String styles, double atX, double atY, String text) {
    page.leaf("text", text, "class", styles, "x", pixels(atX), "y", pixels(atY));
  }

  private static String pixels(double pixels) {
    return Figures.coordinate(pixels);
  }

  private static String number(double number) {
    return Double.toString(number);
  }

  void end() {
    page.close();
  }
}
