/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.sequence;

import io.kindling.data.KindlingException;
import io.kindling.input.SequenceColumn;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Words and their token ids: the first word has id {@link SequenceColumn#FIRST_WORD_ID}, each other
 * the next. Travels as a list; the map is built at the first look-up, once for each copy, which is
 * once for each executor where it comes by broadcast. Safe for use by several threads.
 */
public final class Vocabulary implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String[] words;
  private transient volatile Map<String, Integer> ids;

  /**
   * @param words in the order of their ids
   * @throws KindlingException if there is none, or one is null or there twice
   */
  public Vocabulary(List<String> words) {
    if (words.isEmpty()) {
      throw new KindlingException("Cannot make a vocabulary: there are no words");
    }
    this.words = words.toArray(new String[0]);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < this.words.length; i++) {
      String word = this.words[i];
      int id = i + SequenceColumn.FIRST_WORD_ID;
      if (word == null) {
        throw new KindlingException(
            "Cannot make a vocabulary: there is no word for id %d (null)".formatted(id));
      }
      if (!seen.add(word)) {
        throw new KindlingException(
            "Cannot make a vocabulary: the word '%s' is there twice, the second time as id %d"
                .formatted(word, id));
      }
    }
  }

  /** The words in the order of their ids. */
  public List<String> words() {
    return List.of(words);
  }

  /** The number of different ids, padding and unknown among them. */
  public int size() {
    return words.length + SequenceColumn.FIRST_WORD_ID;
  }

  /** The id of a word; {@link SequenceColumn#UNKNOWN_ID} for null and for any other word. */
  public int indexOf(String word) {
    return ids().getOrDefault(word, SequenceColumn.UNKNOWN_ID);
  }

  /** The ids of words, in their order. */
  public int[] indexOf(List<String> text) {
    Map<String, Integer> known = ids();
    int[] found = new int[text.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = known.getOrDefault(text.get(i), SequenceColumn.UNKNOWN_ID);
    }
    return found;
  }

  private Map<String, Integer> ids() {
    Map<String, Integer> built = ids;
    if (built == null) {
      synchronized (this) {
        built = ids;
        if (built == null) {
          built = new HashMap<>(words.length * 2);
          for (int i = 0; i < words.length; i++) {
            built.put(words[i], i + SequenceColumn.FIRST_WORD_ID);
          }
          ids = built;
        }
      }
    }
    return built;
  }

  @Override
  public String toString() {
    return "%d words, the first %s"
        .formatted(words.length, Arrays.asList(words).subList(0, Math.min(3, words.length)));
  }
}
