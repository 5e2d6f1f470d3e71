/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vectors of a vocabulary's words, trained elsewhere: a text file of lines {@code word v1 v2 ...},
 * as GloVe has it, or the same behind a first line {@code count size}, as word2vec's text format
 * has it; UTF-8, also compressed. The file is read once, line by line; what is kept is the vectors
 * of the vocabulary.
 */
public final class WordVectors {
  private static final Logger LOG = LoggerFactory.getLogger(WordVectors.class);

  private final float[][] vectors;
  private final int size;
  private final int found;

  private WordVectors(float[][] vectors, int size, int found) {
    this.vectors = vectors;
    this.size = size;
    this.found = found;
  }

  /**
   * Reads a file.
   *
   * @param path of any Hadoop file system
   * @param words the vocabulary; the first of equal lines counts
   * @throws KindlingException naming the line that is no word with as many numbers as the others
   */
  public static WordVectors read(String path, List<String> words, Configuration hadoop) {
    Path file = new Path(path);
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
    try (InputStream raw = file.getFileSystem(hadoop).open(file);
        InputStream plain = codec == null ? raw : codec.createInputStream(raw);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      WordVectors read = new Reading(path, words).read(lines);
      LOG.info(
          "Word vectors of {}: {} numbers each, found for {} of {} words; the other {} start at random",
          path,
          read.size,
          read.found,
          words.size(),
          words.size() - read.found);
      return read;
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot read word vectors (network.embedding-file): %s: %s"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /** Numbers of one vector. */
  public int size() {
    return size;
  }

  /** How many of the words have one. */
  public int found() {
    return found;
  }

  /**
   * The vector of a word, as read.
   *
   * @param index of the word in the vocabulary
   * @return null where the file has none
   */
  public float[] vector(int index) {
    return vectors[index];
  }

  /** One pass over the lines. */
  private static final class Reading {
    private final String path;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final float[][] vectors;
    private long line;
    private int size;
    private int found;

    Reading(String path, List<String> words) {
      this.path = path;
      for (int i = 0; i < words.size(); i++) {
        indexes.put(words.get(i), i);
      }
      this.vectors = new float[words.size()][];
    }

    WordVectors read(BufferedReader lines) throws IOException {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        line++;
        String[] parts = text.strip().split("[ \t]+");
        if (line == 1 && isHeader(parts)) {
          size = Integer.parseInt(parts[1]);
        } else if (!text.isBlank()) {
          take(parts);
        }
      }
      if (size == 0) {
        throw new KindlingException(
            "Cannot read word vectors (network.embedding-file): %s has none".formatted(path));
      }
      return new WordVectors(vectors, size, found);
    }

    private static boolean isHeader(String[] parts) {
      return parts.length == 2
          && parts[0].matches("\\d{1,12}")
          && parts[1].matches("[1-9]\\d{0,6}");
    }

    private void take(String[] parts) {
      if (size == 0) {
        size = parts.length - 1;
      }
      // GloVe's largest file has words with spaces in them: the numbers are the last parts.
      int first = parts.length - size;
      if (size == 0 || first < 1 || (first > 1 && isNumber(parts[first - 1]))) {
        throw new KindlingException(
            "Cannot read word vectors (network.embedding-file): line %d of %s has %d numbers, %s; each line must be a word and its numbers"
                .formatted(
                    line,
                    path,
                    parts.length - 1,
                    size == 0 ? "which is no vector" : "the vectors before it have " + size));
      }
      String word = first == 1 ? parts[0] : String.join(" ", List.of(parts).subList(0, first));
      Integer index = indexes.get(word);
      if (index != null && vectors[index] == null) {
        vectors[index] = numbers(parts, first);
        found++;
      }
    }

    private float[] numbers(String[] parts, int first) {
      float[] vector = new float[size];
      for (int i = 0; i < size; i++) {
        String part = parts[first + i];
        vector[i] = isNumber(part) ? Float.parseFloat(part) : Float.NaN;
        if (!Float.isFinite(vector[i])) {
          throw new KindlingException(
              "Cannot read word vectors (network.embedding-file): line %d of %s has '%s' in the place of number %d"
                  .formatted(line, path, part, i + 1));
        }
      }
      return vector;
    }

    private static boolean isNumber(String part) {
      try {
        Float.parseFloat(part);
        return true;
      } catch (NumberFormatException e) {
        return false;
      }
    }
  }
}
