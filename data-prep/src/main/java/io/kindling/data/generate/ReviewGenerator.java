/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import io.kindling.data.read.ExampleSchema;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Writes short film reviews, 5 to 40 words in lower case, punctuation set apart by spaces: {@code
 * "the plot was not tedious but lovely ."}. The classes are {@code negative} and {@code positive},
 * one of each among the rows {@code 2k} and {@code 2k + 1}.
 *
 * <p>Which class a review has is told by the order of its words alone (see {@link ReviewGrammar}):
 * the words of a negative review, as a bag, are as likely a positive one's.
 *
 * <p>A row depends on the seed and its index alone, so the same seed gives the same rows whatever
 * the number of partitions or executors, and fewer rows are the beginning of more.
 *
 * @param rows how many, at least 1
 * @param seed any number; another one gives other reviews
 */
public record ReviewGenerator(long rows, long seed) {
  private static final List<String> CLASS_NAMES = List.of("negative", "positive");

  public ReviewGenerator {
    GeneratedRows.requireRows(rows, "reviews");
  }

  /** Rows of {@link ExampleSchema#TEXT}, without a split; written on the executors. */
  public Dataset<Row> generate(SparkSession spark) {
    return new GeneratedRows(rows, seed)
        .draw(spark, ExampleSchema.TEXT, CLASS_NAMES, drawers(seed));
  }

  Dataset<Row> generate(SparkSession spark, int partitions) {
    return new GeneratedRows(rows, seed)
        .draw(spark, partitions, ExampleSchema.TEXT, CLASS_NAMES, drawers(seed));
  }

  private static GeneratedRows.Drawers drawers(long seed) {
    return () ->
        (origin, index, random) -> {
          // A coin for each pair, not the index's last bit: rows dealt in turn to two workers would
          // give each of them one class only.
          long coin = GeneratedRows.mix(~seed, index / 2) & 1;
          boolean positive = ((index & 1) ^ coin) == 1;
          String text = ReviewGrammar.review(random, positive);
          return RowFactory.create(origin, text, positive ? 1.0 : 0.0, null, null);
        };
  }
}
