/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.runtime.NativeRuntime;
import io.kindling.transformers.SavedParams;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWriter;

/**
 * Writes a model under a temporary name beside its place and renames it when it is whole, so that a
 * reader never meets half a model and an overwritten one stays until its successor is there.
 */
final class ModelWriter extends MLWriter {
  static final String DATA = "data";

  private final NetworkClassificationModel model;

  ModelWriter(NetworkClassificationModel model) {
    this.model = model;
  }

  @Override
  public void save(String path) throws IOException {
    NativeRuntime.start();
    Path target = new Path(path);
    FileSystem files = target.getFileSystem(sparkSession().sessionState().newHadoopConf());
    boolean exists = files.exists(target);
    if (exists && !shouldOverwrite()) {
      throw new IOException(
          "Cannot save the model: %s exists already; use write().overwrite(), or another path"
              .formatted(path));
    }
    Path whole = files.makeQualified(target);
    Path temporary = new Path(whole.getParent(), "." + whole.getName() + "." + UUID.randomUUID());
    try {
      saveImpl(temporary.toString());
      if (exists) {
        files.delete(target, true);
      }
      if (!files.rename(temporary, target)) {
        throw new KindlingException(
            "Cannot save the model: %s could not be renamed to %s".formatted(temporary, path));
      }
    } finally {
      files.delete(temporary, true);
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
