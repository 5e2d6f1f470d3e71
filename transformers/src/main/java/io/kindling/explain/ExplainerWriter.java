/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.data.KindlingException;
import io.kindling.data.prepare.StagedFolder;
import io.kindling.transformers.SavedParams;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWriter;

/** Writes an explainer with its network, whole or not at all, as a model is written. */
final class ExplainerWriter extends MLWriter {
  static final String MODEL = "model";

  private final NetworkExplainer explainer;

  ExplainerWriter(NetworkExplainer explainer) {
    this.explainer = explainer;
  }

  @Override
  public void save(String path) throws IOException {
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
    SavedParams.save(explainer, path, sparkSession());
    try {
      explainer.model().write().session(sparkSession()).save(new Path(path, MODEL).toString());
    } catch (IOException e) {
      throw new KindlingException("Cannot save the explainer: " + e.getMessage(), e);
    }
  }
}
