/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers.sequence;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a text becomes words, as Spark's {@code RegexTokenizer} has it.
 *
 * @param pattern a regular expression: what is between words, or words
 * @param gaps whether it is what is between them
 * @param lowerCase whether the text becomes lower case first
 * @param minLength characters that a word has at least
 */
public record Tokenization(Pattern pattern, boolean gaps, boolean lowerCase, int minLength)
    implements Serializable {

  /** The words of a text, in their order. */
  public List<String> words(String text) {
    // The default locale's, as Spark has it.
    String cased = lowerCase ? text.toLowerCase(Locale.getDefault()) : text;
    List<String> words = new ArrayList<>();
    if (gaps) {
      words.addAll(Arrays.asList(pattern.split(cased)));
    } else {
      Matcher matcher = pattern.matcher(cased);
      while (matcher.find()) {
        words.add(matcher.group());
      }
    }
    words.removeIf(word -> word.length() < minLength);
    return words;
  }
}
