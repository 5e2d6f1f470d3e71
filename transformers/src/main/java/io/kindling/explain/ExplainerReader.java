/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.model.NetworkModel;
import io.kindling.transformers.SavedParams;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLReader;

/** Reads what {@link ExplainerWriter} wrote. */
final class ExplainerReader extends MLReader<NetworkExplainer> {
  @Override
  public NetworkExplainer load(String path) {
    SavedParams saved = SavedParams.load(path, sparkSession(), NetworkExplainer.class);
    NetworkExplainer explainer =
        new NetworkExplainer(
            saved.uid(), NetworkModel.load(new Path(path, ExplainerWriter.MODEL).toString()));
    saved.setOn(explainer);
    return explainer;
  }
}
