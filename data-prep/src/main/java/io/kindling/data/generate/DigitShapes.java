/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import java.util.ArrayList;
import java.util.List;

/**
 * How people write the ten digits: for each digit a few variants, for each variant its strokes. A
 * stroke is a row of points {@code x,y} in a box of 100 by 100, y downward: {@code c} a smooth
 * curve through them, {@code l} straight lines.
 */
final class DigitShapes {
  private static final String[][] SHAPES = {
    {
      "c 52,5 26,14 13,50 26,86 50,95 75,84 87,50 74,14 50,5",
      "c 64,10 36,6 18,38 20,78 48,96 76,82 84,42 66,12 44,8",
      "c 42,6 18,34 16,70 40,94 70,84 86,52 78,18 54,6 40,9",
      "c 50,4 30,24 26,60 40,92 58,94 72,66 70,28 54,4",
    },
    {
      "l 50,4 50,96",
      "l 32,26 54,5 52,96",
      "l 30,24 52,6 52,95|l 28,95 76,94",
      "c 54,4 51,40 50,70 48,96",
    },
    {
      "c 18,28 32,8 58,6 78,24 72,46 44,72 15,93|l 15,93 88,91",
      "c 20,26 36,7 66,8 78,28 62,55 34,82 18,92 13,80 27,74 50,86 70,94 90,86",
      "c 16,20 44,4 76,14 74,38 50,62 16,90|c 16,90 40,84 62,94 88,90",
    },
    {
      "c 20,16 46,4 74,14 74,34 45,47|c 45,47 78,54 82,78 54,96 18,86",
      "l 20,9 78,8 44,42|c 44,42 74,46 84,70 58,95 18,87",
      "c 18,22 34,5 66,6 76,26 58,44 36,48 64,50 84,68 70,92 40,97 16,82",
    },
    {
      "l 30,6 17,54 84,53|l 66,28 62,96",
      "l 64,96 64,5 13,64 90,64",
      "c 26,8 20,34 18,50|c 18,50 46,56 80,48|c 76,8 68,50 62,96",
    },
    {
      "l 30,8 25,44|c 25,44 50,35 80,50 78,80 48,96 16,86|l 30,8 80,7",
      "c 82,9 44,9 30,12 26,30 26,44|c 26,44 56,38 80,58 72,88 42,96 15,86",
      "l 78,8 32,9 26,46|c 26,46 62,38 82,62 70,90 36,96 18,82",
    },
    {
      "c 70,6 40,24 20,58 26,86 50,96 76,84 75,63 52,52 30,62 22,76",
      "c 56,4 34,40 24,70 34,94 60,94 74,76 64,58 42,58 27,74",
      "c 78,12 52,8 28,32 17,66 32,94 62,94 80,72 62,54 36,60 20,74",
    },
    {
      "l 15,10 84,9 42,96",
      "c 13,18 16,10 40,11 84,9|c 84,9 62,44 50,70 44,96",
      "l 15,10 84,9 40,96|l 34,52 76,50",
      "l 16,26 16,10 84,10|c 84,10 60,46 54,96",
    },
    {
      "c 72,18 50,5 28,16 34,38 62,54 77,76 52,96 25,80 38,56 66,38 73,17",
      "c 50,46 26,36 28,12 50,5 73,13 73,36 50,47 24,60 22,84 50,96 78,84 76,60 50,46",
      "c 76,14 48,6 30,22 46,44 68,60 72,84 46,95 28,82 34,60 56,42 70,26 78,12",
    },
    {
      "c 74,20 50,6 26,20 28,46 52,52 73,38 75,18|c 75,18 74,55 68,96",
      "c 76,22 54,5 28,16 24,40 46,54 70,42 76,20 78,52 66,84 40,96 22,86",
      "c 72,14 46,6 26,28 36,50 60,48 74,18|l 74,18 56,96",
    },
  };

  private DigitShapes() {}

  /** One stroke: its points {@code x0, y0, x1, y1, ...} with x and y from 0 to 1. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stroke(boolean curved, double[] points) {}

  /** The strokes of each variant of each digit. */
  static List<List<List<Stroke>>> parse() {
    List<List<List<Stroke>>> digits = new ArrayList<>();
    for (String[] variants : SHAPES) {
      List<List<Stroke>> parsed = new ArrayList<>();
      for (String variant : variants) {
        List<Stroke> strokes = new ArrayList<>();
        for (String stroke : variant.split("\\|", -1)) {
          strokes.add(parse(stroke));
        }
        parsed.add(strokes);
      }
      digits.add(parsed);
    }
    return digits;
  }

  private static Stroke parse(String stroke) {
    String[] words = stroke.split(" ", -1);
    double[] points = new double[2 * (words.length - 1)];
    for (int i = 1; i < words.length; i++) {
      int comma = words[i].indexOf(',');
      points[2 * i - 2] = Integer.parseInt(words[i].substring(0, comma)) / 100.0;
      points[2 * i - 1] = Integer.parseInt(words[i].substring(comma + 1)) / 100.0;
    }
    return new Stroke(words[0].equals("c"), points);
  }
}
