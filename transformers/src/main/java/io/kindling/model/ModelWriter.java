/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.data.prepare.StagedFolder;
import io.kindling.runtime.NativeRuntime;
import io.kindling.transformers.SavedParams;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWriter;

/**
 * Writes a model under a temporary name beside its place and renames it when it is whole, so that a
 * reader never meets half a model and an overwritten one stays until its successor is there.
 */
final class ModelWriter extends MLWriter {
  static final String DATA = "data";

  private final NetworkModel<?> model;

  ModelWriter(NetworkModel<?> model) {
    this.model = model;
  }

  @Override
  public void save(String path) throws IOException {
    NativeRuntime.start();
    try (StagedFolder staged =
        new StagedFolder(
            sparkSession().sessionState().newHadoopConf(),
            path,
            shouldOverwrite(),
            StagedFolder.Kind.MODEL)) {
      saveImpl(staged.data().toString());
      staged.publish(false);
    }
  }

  @Override
  public void saveImpl(String path) {
    try {
      SavedParams.save(model, path, sparkSession());
      Path data = new Path(path, DATA);
      FileSystem files = data.getFileSystem(sparkSession().sessionState().newHadoopConf());
      ArtifactFiles.write(model.artifact(), files, data);
    } catch (IOException e) {
      throw new KindlingException("Cannot save the model: " + e.getMessage(), e);
    }
  }
}
