/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.sequence;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Words to leave out of a text, as Spark's {@code StopWordsRemover} has it. Immutable. */
public final class StopWords {
  private final Set<String> words = new HashSet<>();
  private final boolean caseSensitive;
  private final Locale locale;

  /**
   * @param locale by which upper and lower case are told apart
   */
  public StopWords(List<String> words, boolean caseSensitive, Locale locale) {
    this.caseSensitive = caseSensitive;
    this.locale = locale;
    words.forEach(word -> this.words.add(cased(word)));
  }

  private String cased(String word) {
    return caseSensitive ? word : word.toLowerCase(locale);
  }

  /** The other words, in their order. */
  public List<String> removedFrom(List<String> text) {
    return text.stream().filter(word -> !words.contains(cased(word))).toList();
  }
}
