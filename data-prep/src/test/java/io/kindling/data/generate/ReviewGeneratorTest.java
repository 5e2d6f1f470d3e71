/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.testkit.LocalSpark;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class ReviewGeneratorTest {
  private static String[] sortedTokens(String text) {
    String[] tokens = text.split(" ", -1);
    Arrays.sort(tokens);
    return tokens;
  }

  private static long words(String text) {
    return Arrays.stream(text.split("\\W+", -1)).filter(word -> !word.isEmpty()).count();
  }

  @Test
  void theSameSeedGivesTheSameRowsInAnyPartitions(SparkSession spark) {
    List<Row> one = new ReviewGenerator(503, 42).generate(spark, 1).collectAsList();
    assertEquals(one, new ReviewGenerator(503, 42).generate(spark, 7).collectAsList());
    assertEquals(one, new ReviewGenerator(503, 42).generate(spark).collectAsList());
    assertEquals(one, new ReviewGenerator(900, 42).generate(spark).limit(503).collectAsList());
    assertNotEquals(one, new ReviewGenerator(503, 43).generate(spark, 1).collectAsList());
  }

  @Test
  void classesAreBalancedAndTheirOrderIsRandom(SparkSession spark) {
    Dataset<Row> rows = new ReviewGenerator(2000, 1).generate(spark);
    NominalAttribute label =
        (NominalAttribute) Attribute.fromStructField(rows.schema().apply("label"));
    assertArrayEquals(new String[] {"negative", "positive"}, label.values().get());
    assertEquals(1000, rows.filter("label = 1").count());
    assertEquals(2000, rows.filter("split is null and problem is null").count());
    long positiveAtEvenPlaces =
        rows.filter("label = 1 and cast(substring_index(origin, '#', -1) as int) % 2 = 0").count();
    assertEquals(500, (double) positiveAtEvenPlaces, 70);
  }

  @Test
  void reviewsHave5To40Words(SparkSession spark) {
    TreeSet<Long> lengths = new TreeSet<>();
    HashSet<String> texts = new HashSet<>();
    for (Row row : new ReviewGenerator(3000, 1).generate(spark).collectAsList()) {
      lengths.add(words(row.getString(1)));
      texts.add(row.getString(1));
    }
    assertEquals(5, lengths.first());
    assertEquals(40, lengths.last());
    assertTrue(lengths.size() > 30, lengths::toString);
    assertTrue(texts.size() > 2800, texts.size() + " different reviews of 3000");
  }

  @Test
  void theSameWordsInAnotherOrderMakeTheOtherClass() {
    for (int seed = 0; seed < 2000; seed++) {
      String negative = ReviewGrammar.review(new SplittableRandom(seed), false);
      String positive = ReviewGrammar.review(new SplittableRandom(seed), true);
      assertNotEquals(negative, positive);
      assertArrayEquals(sortedTokens(negative), sortedTokens(positive), negative);
    }
  }

  @Test
  void noWordTellsTheClasses(SparkSession spark) {
    int reviews = 20_000;
    Map<String, int[]> counts = new HashMap<>();
    for (Row row : new ReviewGenerator(reviews, 7).generate(spark).collectAsList()) {
      for (String token : new HashSet<>(Arrays.asList(sortedTokens(row.getString(1))))) {
        counts.computeIfAbsent(token, t -> new int[2])[(int) row.getDouble(2)]++;
      }
    }
    assertTrue(counts.size() > 100, counts.keySet()::toString);
    counts.forEach(
        (token, count) -> {
          // Two binomial counts of the same share: five standard deviations of their difference.
          double share = (count[0] + count[1]) / (double) reviews;
          double deviation = Math.sqrt(reviews * share * (1 - share));
          assertEquals(count[0], count[1], 5 * deviation + 1, "reviews with " + token);
        });
  }

  @Test
  void noRowsIsNamed() {
    assertEquals(
        "Cannot generate reviews: rows = 0 must be at least 1",
        assertThrows(KindlingException.class, () -> new ReviewGenerator(0, 1)).getMessage());
  }
}
