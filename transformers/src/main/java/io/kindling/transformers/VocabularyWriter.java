/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.input.SequenceColumn;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes a {@link VocabularyIndexerModel}: its params, and its words as one Parquet file. */
final class VocabularyWriter extends MLWriter {
  static final String DATA = "data";
  static final String ID = "id";
  static final String WORD = "word";
  static final StructType SCHEMA =
      new StructType().add(ID, DataTypes.IntegerType).add(WORD, DataTypes.StringType);

  private final VocabularyIndexerModel model;

  VocabularyWriter(VocabularyIndexerModel model) {
    this.model = model;
  }

  @Override
  public void saveImpl(String path) {
    SavedParams.save(model, path, sparkSession());
    List<Row> rows = new ArrayList<>();
    for (String word : model.vocabulary()) {
      rows.add(RowFactory.create(rows.size() + SequenceColumn.FIRST_WORD_ID, word));
    }
    sparkSession()
        .createDataFrame(rows, SCHEMA)
        .coalesce(1)
        .write()
        .parquet(new Path(path, DATA).toString());
  }
}
