/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.transformers.sequence.Tokenization;
import java.util.regex.Pattern;
import org.apache.spark.ml.feature.RegexTokenizer;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import scala.Function1;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.runtime.AbstractFunction1;

/**
 * Spark's {@link RegexTokenizer} with the same params and the same words, but that a null text
 * stays null: Spark's fails the job at one (in 3.5 with a {@code NullPointerException}), so that no
 * later stage could count or drop the row.
 */
public final class TextTokenizer extends RegexTokenizer {
  private static final long serialVersionUID = 1L;

  /** A tokenizer with a uid of its own. */
  public TextTokenizer() {
    this(Identifiable$.MODULE$.randomUID("textTokenizer"));
  }

  public TextTokenizer(String uid) {
    super(uid);
  }

  @Override
  public Function1<String, Seq<String>> createTransformFunc() {
    return new Words(
        new Tokenization(
            Pattern.compile(getPattern()), getGaps(), getToLowercase(), getMinTokenLength()));
  }

  /** What {@code TextTokenizer.load} and {@code PipelineModel.load} read with. */
  public static MLReader<RegexTokenizer> read() {
    return SavedParams.reader();
  }

  public static TextTokenizer load(String path) {
    return (TextTokenizer) read().load(path);
  }

  private static final class Words extends AbstractFunction1<String, Seq<String>>
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final Tokenization tokenization;

    Words(Tokenization tokenization) {
      this.tokenization = tokenization;
    }

    @Override
    public Seq<String> apply(String text) {
      return text == null ? null : JavaConverters.asScalaBuffer(tokenization.words(text)).toSeq();
    }
  }
}
