/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.transformers.sequence.End;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Keys {@code text.*}: how texts become token ids.
 *
 * @param pattern what lies between two words, a Java regular expression
 * @param stopWords the language whose common words are left out, or null
 * @param vocabularySize ids at most, those of padding and unknown words among them
 * @param minDocuments texts that a word must be in: their number if at least 1, else their share
 * @param length words of a text that are kept
 * @param truncating the end at which a longer text is cut: pre or post
 */
public record TextConf(
    String pattern,
    boolean lowerCase,
    String stopWords,
    int vocabularySize,
    double minDocuments,
    int length,
    String truncating) {
  static final List<String> ENDS = List.of(End.names());

  /** Those that Spark has lists for. */
  private static final List<String> LANGUAGES =
      List.of(
          "danish",
          "dutch",
          "english",
          "finnish",
          "french",
          "german",
          "hungarian",
          "italian",
          "norwegian",
          "portuguese",
          "russian",
          "spanish",
          "swedish",
          "turkish");

  private static final int LARGEST = 10_000_000;

  static TextConf of(Settings settings) {
    return new TextConf(
        pattern(settings),
        settings.flag("text.lower-case"),
        settings.optionalChoice("text.stop-words", LANGUAGES),
        settings.integer("text.vocabulary-size", 3, LARGEST),
        settings.number("text.min-documents", 0, LARGEST),
        settings.integer("text.length", 1, LARGEST),
        settings.choice("text.truncating", ENDS));
  }

  private static String pattern(Settings settings) {
    String pattern = settings.text("text.pattern");
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new ConfigurationException(
          String.format(
              "Cannot read the configuration: text.pattern is '%s' (%s); wanted: a Java regular"
                  + " expression (%s)",
              pattern, settings.where("text.pattern"), e.getDescription()),
          e);
    }
    return pattern;
  }
}
