/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.KindlingException;
import io.kindling.transformers.sequence.SavedWords;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWriter;

/** Writes a {@link VocabularyIndexerModel}: its params, and its words as one JSON file. */
final class VocabularyWriter extends MLWriter {
  static final String DATA = "data";

  private final VocabularyIndexerModel model;

  VocabularyWriter(VocabularyIndexerModel model) {
    this.model = model;
  }

  @Override
  public void saveImpl(String path) {
    SavedParams.save(model, path, sparkSession());
    Path file = new Path(new Path(path, DATA), SavedWords.FILE);
    try {
      FileSystem files = file.getFileSystem(sparkSession().sessionState().newHadoopConf());
      try (OutputStream out = files.create(file, true)) {
        out.write(model.savedWords().toJson());
      }
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot save the model to %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
