/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.KindlingException;
import io.kindling.input.SequenceColumn;
import io.kindling.transformers.sequence.SavedWords;
import io.kindling.transformers.sequence.Vocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Reads what {@link VocabularyWriter} wrote, and trusts none of it. */
final class VocabularyReader extends MLReader<VocabularyIndexerModel> {
  private static final String ID = "id";
  private static final String WORD = "word";
  private static final StructType SCHEMA =
      new StructType().add(ID, DataTypes.IntegerType).add(WORD, DataTypes.StringType);

  @Override
  public VocabularyIndexerModel load(String path) {
    SavedParams saved = SavedParams.load(path, sparkSession(), VocabularyIndexerModel.class);
    try {
      VocabularyIndexerModel model = new VocabularyIndexerModel(saved.uid(), vocabulary(path));
      saved.setOn(model);
      return model;
    } catch (KindlingException e) {
      throw new KindlingException(
          "Cannot load the model %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private Vocabulary vocabulary(String path) {
    Path file = new Path(new Path(path, VocabularyWriter.DATA), SavedWords.FILE);
    try {
      FileSystem files = file.getFileSystem(sparkSession().sessionState().newHadoopConf());
      if (!files.exists(file)) {
        return new Vocabulary(wordsOfParquet(path));
      }
      try (InputStream in = files.open(file)) {
        return SavedWords.read(in);
      }
    } catch (IOException e) {
      throw new KindlingException("reading %s failed: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * What versions before wrote: the words in the order of their ids, of which each must be there
   * once.
   */
  private List<String> wordsOfParquet(String path) {
    List<Row> rows = rows(path);
    String[] words = new String[rows.size()];
    boolean[] seen = new boolean[rows.size()];
    for (Row row : rows) {
      int id = row.isNullAt(0) ? -1 : row.getInt(0);
      int index = id - SequenceColumn.FIRST_WORD_ID;
      if (index < 0 || index >= words.length || seen[index]) {
        throw new KindlingException(
            "its %d words must have the ids 2 to %d, each once; the id %s of '%s' is wrong"
                .formatted(
                    words.length,
                    words.length + SequenceColumn.FIRST_WORD_ID - 1,
                    row.get(0),
                    row.get(1)));
      }
      seen[index] = true;
      words[index] = row.getString(1);
    }
    return Arrays.asList(words);
  }

  private List<Row> rows(String path) {
    String data = new Path(path, VocabularyWriter.DATA).toString();
    try {
      org.apache.spark.sql.Dataset<Row> rows = sparkSession().read().parquet(data);
      for (StructField field : SCHEMA.fields()) {
        new StageSchema("read the words", rows.schema()).require(field.name(), field.dataType());
      }
      return rows.select(ID, WORD).collectAsList();
    } catch (Exception e) { // Scala throws the checked AnalysisException without saying so
      if (e instanceof AnalysisException) {
        throw new KindlingException("there is no Parquet with its words in " + data, e);
      }
      throw e;
    }
  }
}
