/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.Pixels;
import io.kindling.testkit.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Bad input through the launcher: one line that says what and where, and nothing half-written. */
@ExtendWith(LocalSpark.class)
@Tag("long")
class BadInputTest {
  @TempDir private Path folder;

  @Test
  void aTruncatedIdxFileIsNamed() throws Exception {
    Path idx = Files.createDirectory(folder.resolve("idx"));
    byte[] images = images(10);
    Files.write(idx.resolve("train-images-idx3-ubyte"), Arrays.copyOf(images, images.length - 5));
    Files.write(idx.resolve("train-labels-idx1-ubyte"), labels(10));
    assertPrepareFails("train-images-idx3-ubyte", "format=idx", "input=idx");
  }

  @Test
  void imagesAndLabelsOfDifferentCountsAreAnError() throws Exception {
    Path idx = Files.createDirectory(folder.resolve("idx"));
    Files.write(idx.resolve("train-images-idx3-ubyte"), images(10));
    Files.write(idx.resolve("train-labels-idx1-ubyte"), labels(9));
    assertPrepareFails("10", "format=idx", "input=idx");
  }

  @Test
  void badImagesAmongGoodOnesAreQuarantinedAndCounted(SparkSession spark) throws Exception {
    byte[] png = ImageCodec.encodePng(new Pixels(8, 8, 3, new byte[192]));
    for (String name : List.of("cat", "dog")) {
      Path of = Files.createDirectories(folder.resolve("animals").resolve(name));
      for (int i = 0; i < 5; i++) {
        Files.write(of.resolve(i + ".png"), png);
      }
    }
    Files.write(folder.resolve("animals/cat/cut.png"), Arrays.copyOf(png, png.length / 2));
    Files.writeString(folder.resolve("animals/dog/text.png"), "hello world");

    assertPrepareFails(".png", "format=image-folder", "input=animals");

    JsonNode summary =
        Kindling.set(
                folder,
                "prepare",
                "format=image-folder",
                "input=animals",
                "output=out",
                "on-bad-row=quarantine")
            .summary();
    assertEquals(12, summary.get("rowsRead").asInt());
    assertEquals(10, summary.get("rowsWritten").asInt());
    assertEquals(2, summary.get("rowsBad").asInt());
    Set<String> quarantined =
        spark.read().parquet(folder.resolve("out.bad").toString()).collectAsList().stream()
            .map(row -> row.<String>getAs("origin"))
            .map(origin -> origin.substring(origin.lastIndexOf('/') + 1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of("cut.png", "text.png"), quarantined);
  }

  @Test
  void anUnknownKeyNamesTheNearestKnownOne() throws Exception {
    Kindling.Run run = Kindling.set(folder, "train", "training.epoch=3");
    assertEquals(2, run.status());
    assertTrue(run.lastError().startsWith("error: Cannot "), run.err());
    assertTrue(run.lastError().contains("training.epochs"), run.lastError());
  }

  @Test
  void aMissingFolderIsNamed() throws Exception {
    assertPrepareFails("nowhere", "format=image-folder", "input=nowhere");
  }

  @Test
  void anOutputThatExistsIsLeftAsItIs() throws Exception {
    Files.createDirectory(folder.resolve("out"));
    Files.writeString(folder.resolve("out/precious.txt"), "keep me");
    Kindling.Run run = Kindling.set(folder, "prepare", "format=generated", "output=out");
    assertEquals(1, run.status());
    assertTrue(run.lastError().contains("exists already"), run.lastError());
    assertEquals("keep me", Files.readString(folder.resolve("out/precious.txt")));
  }

  @Test
  void imagesOfAnotherSizeThanTheNetworksInputAreAnErrorOrCounted(SparkSession spark)
      throws Exception {
    prepare("small", "image.height=12", "image.width=12");
    prepare("large");
    train("small");
    Kindling.Run run = Kindling.set(folder, "score", "input=large", "model=model", "output=scored");
    assertEquals(1, run.status());
    assertTrue(
        run.lastError().contains("image of 28x28x1, but the network takes images of 12x12x1"),
        run.lastError());
    assertNothingAt("scored");

    JsonNode skipped =
        Kindling.set(
                folder, "score", "input=large", "model=model", "output=scored", "on-bad-row=skip")
            .summary();
    assertEquals(40, skipped.get("rowsRead").asInt());
    assertEquals(0, skipped.get("rowsWritten").asInt());
    assertEquals(40, skipped.get("rowsBad").asInt());
  }

  private void prepare(String output, String... more) throws Exception {
    Stream<String> settings =
        Stream.concat(
            Stream.of("format=generated", "generated.rows=40", "output=" + output),
            Stream.of(more));
    Kindling.set(folder, "prepare", settings.toArray(String[]::new)).summary();
  }

  private void train(String input) throws Exception {
    Kindling.set(
            folder,
            "train",
            "input=" + input,
            "model=model",
            "network.name=mlp",
            "training.epochs=1")
        .summary();
  }

  /** Runs prepare, which must fail with one line that names something, and write nothing. */
  private void assertPrepareFails(String named, String... settings) throws Exception {
    Stream<String> all = Stream.concat(Stream.of(settings), Stream.of("output=failed"));
    Kindling.Run run = Kindling.set(folder, "prepare", all.toArray(String[]::new));
    assertEquals(1, run.status(), run.err());
    assertTrue(run.lastError().startsWith("error: Cannot "), run.err());
    assertTrue(run.lastError().contains(named), run.lastError());
    assertEquals("", run.out());
    assertFalse(run.err().contains("\tat "), run.err());
    assertNothingAt("failed");
  }

  private void assertNothingAt(String output) throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of(),
          left.map(path -> path.getFileName().toString())
              .filter(name -> name.contains(output))
              .toList());
    }
  }

  private static byte[] images(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int number : new int[] {0x803, count, 4, 4}) {
      out.writeInt(number);
    }
    out.write(new byte[count * 16]);
    return bytes.toByteArray();
  }

  private static byte[] labels(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x801);
    out.writeInt(count);
    out.write(new byte[count]);
    return bytes.toByteArray();
  }
}
