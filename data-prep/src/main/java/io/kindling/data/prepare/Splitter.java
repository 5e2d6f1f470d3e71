/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.kindling.data.KindlingException;
import io.kindling.data.read.ExampleSchema;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;

/**
 * Fills the column {@code split}. A row's place depends on the seed and its {@code origin} alone,
 * not on partitions or order, so the same files give the same split on any cluster. Each row is
 * drawn by itself: the shares hold in the mean, not to the row.
 *
 * <p>A split that the source gives is kept, with one exception: where the source has {@code train}
 * and no {@code validation}, the validation share is taken out of {@code train}. The test share
 * applies only to rows without a split.
 *
 * @param validation share of validation rows, from 0, below 1
 * @param test share of test rows, from 0; both together below 1
 * @param seed any number; another one gives another split
 */
public record Splitter(double validation, double test, long seed) {

  public Splitter {
    if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
      throw new KindlingException(
          "Cannot split rows: the shares validation = "
              + validation
              + " and test = "
              + test
              + " must be at least 0 and together below 1");
    }
  }

  /**
   * The same rows with {@code split} filled in every one.
   *
   * @param rows with string columns {@code origin} and {@code split}
   */
  public Dataset<Row> assign(Dataset<Row> rows) {
    Column draw =
        shiftrightunsigned(xxhash64(lit(seed), col(ExampleSchema.ORIGIN)), 11)
            .multiply(lit(0x1.0p-53));
    Column split = col(ExampleSchema.SPLIT);
    Column fresh =
        when(draw.lt(lit(test)), ExampleSchema.TEST)
            .when(draw.lt(lit(test + validation)), ExampleSchema.VALIDATION)
            .otherwise(ExampleSchema.TRAIN);
    Column filled = when(split.isNull(), fresh);
    if (validation > 0 && !hasValidation(rows)) {
      filled =
          filled.when(
              split.equalTo(ExampleSchema.TRAIN).and(draw.lt(lit(validation))),
              ExampleSchema.VALIDATION);
    }
    return rows.withColumn(ExampleSchema.SPLIT, filled.otherwise(split));
  }

  private static boolean hasValidation(Dataset<Row> rows) {
    Metadata metadata = rows.schema().apply(ExampleSchema.SPLIT).metadata();
    if (metadata.contains(ExampleSchema.SPLITS_OF_SOURCE)) {
      return Arrays.asList(metadata.getStringArray(ExampleSchema.SPLITS_OF_SOURCE))
          .contains(ExampleSchema.VALIDATION);
    }
    return !rows.filter(col(ExampleSchema.SPLIT).equalTo(ExampleSchema.VALIDATION)).isEmpty();
  }
}
