/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import io.kindling.input.SequenceColumn;
import io.kindling.jobs.explanation.ExplainedContent.Text;
import io.kindling.jobs.explanation.ExplainedContent.Word;
import io.kindling.transformers.SequencePadder;
import io.kindling.transformers.VocabularyIndexerModel;
import io.kindling.transformers.sequence.End;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Row;

/**
 * The way back from token ids to words, through the stages that made them: a vocabulary, and where
 * texts are cut a padder.
 */
public final class WordsOfText {
  private final VocabularyIndexerModel vocabulary;
  private final End truncating;

  private WordsOfText(VocabularyIndexerModel vocabulary, End truncating) {
    this.vocabulary = vocabulary;
    this.truncating = truncating;
  }

  /**
   * By the stages before a network.
   *
   * @param featuresCol the column of token ids that it takes
   */
  public static WordsOfText of(List<Transformer> stages, String featuresCol) {
    VocabularyIndexerModel vocabulary = null;
    End truncating = End.POST;
    String ids = featuresCol;
    for (int i = stages.size() - 1; i >= 0; i--) {
      if (stages.get(i) instanceof SequencePadder padder && padder.getOutputCol().equals(ids)) {
        truncating = End.parse(padder.getTruncating());
        ids = padder.getInputCol();
      } else if (stages.get(i) instanceof VocabularyIndexerModel found
          && found.getOutputCol().equals(ids)) {
        vocabulary = found;
      }
    }
    return new WordsOfText(vocabulary, truncating);
  }

  /**
   * A text as it was read.
   *
   * @param row with the ids, and where there is a vocabulary with the words
   * @param attributions of the ids, padding among them
   * @param occlusion likewise
   */
  public Text read(Row row, String featuresCol, List<Float> attributions, List<Float> occlusion) {
    Object value = row.getAs(featuresCol);
    List<Integer> ids =
        value instanceof Row struct ? struct.getList(0) : row.getList(row.fieldIndex(featuresCol));
    int start = value instanceof Row struct ? struct.getInt(1) : 0;
    int length = value instanceof Row struct ? struct.getInt(2) : ids.size();
    List<String> words =
        vocabulary == null ? List.of() : row.getList(row.fieldIndex(vocabulary.getInputCol()));
    int cut = vocabulary == null ? 0 : words.size() - length;
    int from = truncating == End.PRE ? cut : 0;
    List<Word> read = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int id = ids.get(start + i);
      read.add(
          new Word(
              word(words, from + i, id),
              id,
              id != SequenceColumn.UNKNOWN_ID,
              attributions.get(start + i),
              occlusion.get(start + i)));
    }
    return new Text(read, from, cut - from);
  }

  /** The id's, where there are no words, or other stages changed their number. */
  private String word(List<String> words, int place, int id) {
    if (vocabulary == null) {
      return "#" + id;
    }
    String word = place < words.size() ? words.get(place) : null;
    if (word != null && vocabulary.indexOf(word) == id) {
      return word;
    }
    int index = id - SequenceColumn.FIRST_WORD_ID;
    return index >= 0 && index < vocabulary.vocabulary().size()
        ? vocabulary.vocabulary().get(index)
        : "#" + id;
  }
}
