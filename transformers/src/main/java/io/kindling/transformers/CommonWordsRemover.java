/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.ml.feature.StopWordsRemover;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Spark's {@link StopWordsRemover} with the same params and the same words, but that a null
 * document stays null: Spark's fails the job at one (in 3.5 with a {@code NullPointerException}).
 * With several columns ({@code inputCols}) it is Spark's own.
 */
public final class CommonWordsRemover extends StopWordsRemover {
  private static final long serialVersionUID = 1L;

  /** A remover with a uid of its own and the English stop words. */
  public CommonWordsRemover() {
    this(Identifiable$.MODULE$.randomUID("commonWordsRemover"));
  }

  public CommonWordsRemover(String uid) {
    super(uid);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    if (isSet(inputCols())) {
      return super.transform(dataset);
    }
    transformSchema(dataset.schema());
    String filled = uid() + "__filled";
    Column input = StageSchema.column(getInputCol());
    StopWordsRemover plain = new StopWordsRemover(uid());
    copyValues(plain, ParamMap.empty()).setInputCol(filled);
    Column output = StageSchema.column(getOutputCol());
    return plain
        .transform(dataset.withColumn(filled, coalesce(input, array().cast("array<string>"))))
        .withColumn(getOutputCol(), when(input.isNotNull(), output))
        .drop(filled);
  }

  /** What {@code CommonWordsRemover.load} and {@code PipelineModel.load} read with. */
  public static MLReader<StopWordsRemover> read() {
    return SavedParams.reader();
  }

  public static CommonWordsRemover load(String path) {
    return (CommonWordsRemover) read().load(path);
  }
}
