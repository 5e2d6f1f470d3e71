/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.image.Pixels;
import io.kindling.scorer.Prediction;
import io.kindling.scorer.Scorer;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program without Spark: scores the examples of a file, one by one and all at once, and prints
 * the bits of what it predicts. Arguments: the model's folder, the file that {@link PlainExamples}
 * wrote.
 */
public final class PlainScoring {
  private PlainScoring() {}

  public static void main(String[] arguments) throws IOException {
    for (String absent :
        List.of("org.apache.spark.SparkContext", "scala.Option", "org.apache.hadoop.fs.Path")) {
      try {
        Class.forName(absent);
        throw new IllegalStateException(absent + " is on the class path");
      } catch (ClassNotFoundException e) {
        // as it should be
      }
    }
    Path file = Path.of(arguments[1]);
    try (Scorer scorer = Scorer.load(Path.of(arguments[0]));
        DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      String kind = in.readUTF();
      List<Object> examples = new ArrayList<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        examples.add(read(kind, in));
      }
      print(
          "one",
          examples.stream().map(example -> score(scorer, kind, List.of(example)).get(0)).toList());
      print("all", score(scorer, kind, examples));
    }
  }

  private static Object read(String kind, DataInputStream in) throws IOException {
    byte[] bytes = in.readNBytes(in.readInt());
    if (kind.equals("text")) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return new Pixels(in.readInt(), in.readInt(), in.readInt(), bytes);
  }

  @SuppressWarnings("unchecked") // as read
  private static List<Prediction> score(Scorer scorer, String kind, List<?> examples) {
    return kind.equals("text")
        ? scorer.scoreTexts((List<String>) examples)
        : scorer.scorePixels((List<Pixels>) examples);
  }

  private static void print(String how, List<Prediction> predictions) {
    for (Prediction prediction : predictions) {
      StringBuilder line = new StringBuilder(how).append(' ').append(prediction.label());
      for (double probability : prediction.probability()) {
        line.append(' ').append(Long.toHexString(Double.doubleToLongBits(probability)));
      }
      System.out.println(line);
    }
  }
}
