/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordVectorsTest {
  private static final List<String> WORDS = List.of("good", "bad", "très", ". . .");

  @TempDir Path folder;

  @Test
  void aFileOfGlovesFormatIsRead() throws IOException {
    WordVectors vectors =
        read("the 1 2 3\ntrès -0.5 1e-3 2\n. . . 7 8 9\ngood 4 5 6\ngood 0 0 0\n");
    assertEquals(3, vectors.size());
    assertEquals(3, vectors.found());
    assertArrayEquals(new float[] {4, 5, 6}, vectors.vector(0));
    assertNull(vectors.vector(1));
    assertArrayEquals(new float[] {-0.5f, 1e-3f, 2}, vectors.vector(2));
    assertArrayEquals(new float[] {7, 8, 9}, vectors.vector(3));
  }

  @Test
  void aFirstLineOfWord2vecsFormatIsNoWord() throws IOException {
    WordVectors vectors = read("2 3\ngood 4 5 6 \nbad 1 2 3 \n");
    assertEquals(3, vectors.size());
    assertEquals(2, vectors.found());
    assertArrayEquals(new float[] {1, 2, 3}, vectors.vector(1));
  }

  @Test
  void aCompressedFileIsRead() throws IOException {
    Path file = folder.resolve("vectors.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("good 1 2\n".getBytes(StandardCharsets.UTF_8));
    }
    assertArrayEquals(
        new float[] {1, 2},
        WordVectors.read(file.toString(), WORDS, new Configuration()).vector(0));
  }

  @Test
  void aVectorOfAnotherLengthIsNamedByItsLine() {
    assertEquals(
        "Cannot read word vectors (network.embedding-file): line 3 of "
            + file()
            + " has 2 numbers, the vectors before it have 3; each line must be a word and its numbers",
        message("a 1 2 3\nb 1 2 3\nc 1 2\n"));
    assertEquals(
        "Cannot read word vectors (network.embedding-file): line 2 of "
            + file()
            + " has 4 numbers, the vectors before it have 3; each line must be a word and its numbers",
        message("a 1 2 3\nb 1 2 3 4\n"));
  }

  @Test
  void whatIsNoNumberIsNamedByItsLine() {
    assertEquals(
        "Cannot read word vectors (network.embedding-file): line 2 of "
            + file()
            + " has 'x' in the place of number 2",
        message("a 1 2 3\nbad 1 x 3\n"));
  }

  @Test
  void anEmptyFileAndAMissingOneAreErrors() throws IOException {
    assertEquals(
        "Cannot read word vectors (network.embedding-file): " + file() + " has none", message(""));
    Files.delete(file());
    KindlingException e =
        assertThrows(
            KindlingException.class,
            () -> WordVectors.read(file().toString(), WORDS, new Configuration()));
    assertEquals(
        "Cannot read word vectors (network.embedding-file): %s: File %s does not exist"
            .formatted(file(), file()),
        e.getMessage());
  }

  private Path file() {
    return folder.resolve("vectors.txt");
  }

  private WordVectors read(String text) throws IOException {
    Files.writeString(file(), text);
    return WordVectors.read(file().toString(), WORDS, new Configuration());
  }

  private String message(String text) {
    return assertThrows(KindlingException.class, () -> read(text)).getMessage();
  }
}
