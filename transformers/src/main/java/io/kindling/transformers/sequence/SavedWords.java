/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.sequence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A vocabulary as JSON, which needs no Spark to be read.
 *
 * @param sha256 of the words in UTF-8, each with a zero byte behind it
 * @param words in the order of their ids
 */
public record SavedWords(String sha256, List<String> words) {
  /** The file's name in the {@code data/} folder of a saved vocabulary. */
  public static final String FILE = "words.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** What to save of a vocabulary. */
  public static SavedWords of(Vocabulary vocabulary) {
    return new SavedWords(hash(vocabulary.words()), vocabulary.words());
  }

  /** As JSON text, in UTF-8. */
  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("words can always be written", e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws KindlingException if these are not the words that were saved; the message is the reason
   */
  public static Vocabulary read(InputStream json) throws IOException {
    SavedWords saved;
    try {
      saved = JSON.readValue(json, SavedWords.class);
    } catch (JsonProcessingException e) {
      throw new KindlingException("its %s is damaged: %s".formatted(FILE, e.getOriginalMessage()));
    }
    if (saved == null || saved.words == null || saved.words.contains(null)) {
      throw new KindlingException("its %s is damaged: it has no words".formatted(FILE));
    }
    String found = hash(saved.words);
    if (!found.equals(saved.sha256)) {
      throw new KindlingException(
          "the words in its %s have SHA-256 %s, but %s was saved; copy the model folder anew"
              .formatted(FILE, found, saved.sha256));
    }
    return new Vocabulary(saved.words);
  }

  private static String hash(List<String> words) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String word : words) {
        digest.update(word.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
