/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The grammar of {@link ReviewGenerator}. A review is a row of clauses. A clause of opinion names a
 * good and a bad quality, and says which of the two holds; exchanging both turns its opinion round
 * and leaves its words the same. What a review says holds for all of its clauses but those after
 * {@code although}, which say the opposite. Other clauses say nothing.
 *
 * <p>With the same random numbers the negative and the positive review consist of the same words.
 */
final class ReviewGrammar {
  private static final int FEWEST_WORDS = 5;
  private static final int MOST_WORDS = 40;

  private static final String[] SUBJECTS = {
    "plot",
    "acting",
    "music",
    "camera",
    "dialogue",
    "cast",
    "ending",
    "story",
    "script",
    "pace",
    "humour",
    "scenery",
    "director",
    "sound",
    "editing",
    "drama",
    "film",
    "movie",
    "beginning",
    "villain"
  };

  private static final String[] GOOD = {
    "good",
    "wonderful",
    "great",
    "brilliant",
    "funny",
    "lovely",
    "moving",
    "clever",
    "fresh",
    "charming",
    "superb",
    "gripping",
    "warm",
    "honest",
    "elegant",
    "memorable"
  };

  private static final String[] BAD = {
    "bad",
    "awful",
    "terrible",
    "dull",
    "boring",
    "clumsy",
    "stale",
    "silly",
    "tedious",
    "weak",
    "dreadful",
    "shallow",
    "noisy",
    "cold",
    "hollow",
    "forgettable"
  };

  private static final String[] ADVERBS = {
    "very", "really", "quite", "rather", "truly", "simply", "so", "utterly"
  };

  /** {@code #} the subject, {@code +} the quality that holds, {@code -} the one that does not. */
  private static final String[] OPINIONS = {
    "it was + , not -",
    "the # was not - but +",
    "the # was + , not -",
    "the # was more + than -",
    "nothing - here , the # was +",
    "i expected - jokes and got + ones",
    "never - , the # was always +",
    "the # was hardly - , it was +",
    "many call the # - , but it is +",
    "the # is + , even if critics said -",
    "far from - , the # turned out to be +",
    "you may hear that the # is - , i found it +"
  };

  private static final String SHORTEST_OPINION = OPINIONS[0];

  private static final String[] ASIDES = {
    "we saw it on a rainy evening",
    "my brother chose the tickets",
    "it runs for two hours",
    "the cinema was half full",
    "i had read the book before",
    "it was filmed in the north",
    "they showed it twice that week",
    "there is a dog in it"
  };

  private ReviewGrammar() {}

  static String review(SplittableRandom random, boolean positive) {
    int wanted = random.nextInt(FEWEST_WORDS, MOST_WORDS + 1);
    List<String> clauses = new ArrayList<>();
    int words = 0;
    String clause = opinion(random, positive);
    if (count(clause) > wanted) {
      clause = filled(random, SHORTEST_OPINION, positive, false);
    }
    while (words + count(clause) <= wanted) {
      words += count(clause);
      clauses.add(random.nextInt(clauses.size() + 1), clause);
      clause = next(random, positive);
    }
    return String.join(" . ", clauses) + " .";
  }

  private static String next(SplittableRandom random, boolean positive) {
    int kind = random.nextInt(10);
    if (kind < 4) {
      return ASIDES[random.nextInt(ASIDES.length)];
    }
    if (kind < 8) {
      return opinion(random, positive);
    }
    String concession = "although " + opinion(random, !positive);
    String point = opinion(random, positive);
    return kind == 8 ? concession + " , " + point : point + " , " + concession;
  }

  private static String opinion(SplittableRandom random, boolean positive) {
    return filled(random, OPINIONS[random.nextInt(OPINIONS.length)], positive, true);
  }

  private static String filled(
      SplittableRandom random, String pattern, boolean positive, boolean adverbs) {
    String good = GOOD[random.nextInt(GOOD.length)];
    String bad = BAD[random.nextInt(BAD.length)];
    StringBuilder text = new StringBuilder();
    for (String word : pattern.split(" ", -1)) {
      boolean quality = word.equals("+") || word.equals("-");
      if (quality && adverbs && random.nextInt(4) == 0) {
        text.append(ADVERBS[random.nextInt(ADVERBS.length)]).append(' ');
      }
      text.append(
              switch (word) {
                case "#" -> SUBJECTS[random.nextInt(SUBJECTS.length)];
                case "+" -> positive ? good : bad;
                case "-" -> positive ? bad : good;
                default -> word;
              })
          .append(' ');
    }
    return text.toString().trim();
  }

  /** Words without punctuation. */
  private static int count(String clause) {
    int words = 0;
    for (String token : clause.split(" ", -1)) {
      words += Character.isLetter(token.charAt(0)) ? 1 : 0;
    }
    return words;
  }
}
