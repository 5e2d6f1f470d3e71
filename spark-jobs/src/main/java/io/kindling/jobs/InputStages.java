/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import io.kindling.data.read.ExampleSchema;
import io.kindling.jobs.conf.JobConf;
import io.kindling.jobs.conf.SequenceConf;
import io.kindling.jobs.conf.TextConf;
import io.kindling.transformers.CommonWordsRemover;
import io.kindling.transformers.SequencePadder;
import io.kindling.transformers.StageSchema;
import io.kindling.transformers.TextTokenizer;
import io.kindling.transformers.VocabularyIndexer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StopWordsRemover;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The stages between a prepared set's column and the network, keys {@code text.*} and {@code
 * sequence.*}. Images, and sequences of which all steps are kept, need none.
 */
final class InputStages {
  private static final String IMAGE = ExampleSchema.IMAGE.feature();
  private static final String TEXT = ExampleSchema.TEXT.feature();
  private static final String SEQUENCE = ExampleSchema.SEQUENCE.feature();
  private static final String TOKENS = "text_tokens";
  private static final String WORDS = "text_words";
  private static final String IDS = "text_ids";
  private static final String PADDED_TEXT = "text_sequence";
  private static final String PADDED_SEQUENCE = "sequence_padded";

  private final List<PipelineStage> stages = new ArrayList<>();
  private String featuresCol;

  /**
   * Chooses by the columns that the set has: {@code image}, else {@code text}, else {@code
   * sequence}.
   *
   * @throws KindlingException if {@code text} is no string
   */
  InputStages(JobConf conf, StructType schema) {
    List<String> columns = Arrays.asList(schema.fieldNames());
    if (columns.contains(IMAGE)) {
      featuresCol = IMAGE;
    } else if (columns.contains(TEXT)) {
      new StageSchema("train", schema).require(TEXT, DataTypes.StringType);
      addText(conf.text());
    } else if (columns.contains(SEQUENCE)) {
      addSequence(conf.sequence());
    } else {
      throw new KindlingException(
          "Cannot train: the prepared set has no column image, text or sequence; it has "
              + String.join(", ", columns));
    }
  }

  /** Those of a saved pipeline, whose token ids its network knows. */
  InputStages(SavedModel saved) {
    stages.addAll(saved.stagesBefore());
    featuresCol = saved.network().getFeaturesCol();
  }

  private void addText(TextConf conf) {
    TextTokenizer tokenizer = new TextTokenizer();
    tokenizer
        .setInputCol(TEXT)
        .setOutputCol(TOKENS)
        .setPattern(conf.pattern())
        .setToLowercase(conf.lowerCase());
    stages.add(tokenizer);
    String words = TOKENS;
    if (conf.stopWords() != null) {
      words = WORDS;
      CommonWordsRemover remover = new CommonWordsRemover();
      remover
          .setInputCol(TOKENS)
          .setOutputCol(WORDS)
          .setStopWords(StopWordsRemover.loadDefaultStopWords(conf.stopWords()));
      stages.add(remover);
    }
    stages.add(
        new VocabularyIndexer()
            .setInputCol(words)
            .setOutputCol(IDS)
            .setMaxSize(conf.vocabularySize())
            .setMinDF(conf.minDocuments()));
    stages.add(
        new SequencePadder()
            .setInputCol(IDS)
            .setOutputCol(PADDED_TEXT)
            .setLength(conf.length())
            .setTruncating(conf.truncating()));
    featuresCol = PADDED_TEXT;
  }

  private void addSequence(SequenceConf conf) {
    featuresCol = SEQUENCE;
    if (conf.length() != null) {
      stages.add(
          new SequencePadder()
              .setInputCol(SEQUENCE)
              .setOutputCol(PADDED_SEQUENCE)
              .setLength(conf.length())
              .setTruncating(conf.truncating()));
      featuresCol = PADDED_SEQUENCE;
    }
  }

  /** Whether they learn which word has which token id from the training set. */
  boolean learnVocabulary() {
    return stages.stream().anyMatch(VocabularyIndexer.class::isInstance);
  }

  /** The column that the network takes. */
  String featuresCol() {
    return featuresCol;
  }

  /**
   * Fits those that are not yet.
   *
   * @param training the rows to learn a vocabulary from
   */
  PipelineModel fit(Dataset<Row> training) {
    return new Pipeline().setStages(stages.toArray(new PipelineStage[0])).fit(training);
  }
}
