/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.util.List;
import org.apache.spark.ml.util.MLReader;

/**
 * A trained classification network as a Spark ML model: adds the columns {@code rawPrediction}
 * (logits, of a hinge margins), {@code probability} and {@code prediction} (class index, with the
 * class names in the column's metadata). {@link NetworkModel} tells of rows that cannot be scored,
 * and of saving.
 */
public class NetworkClassificationModel extends NetworkModel<NetworkClassificationModel>
    implements HasClassificationColumns<NetworkClassificationModel> {
  private static final long serialVersionUID = 1L;

  private final ClassificationColumnParams columnParams;

  public NetworkClassificationModel(String uid, NetworkArtifact artifact) {
    super(uid, artifact);
    this.columnParams = new ClassificationColumnParams(this);
  }

  @Override
  public ClassificationColumnParams columnParams() {
    return columnParams;
  }

  /** Class names in the order of the network's output units. */
  public List<String> labels() {
    return artifact().labels();
  }

  /** The number of classes. */
  public int numClasses() {
    return artifact().labels().size();
  }

  /** What the network was trained to predict: its loss, and what its outputs mean. */
  public ClassTarget target() {
    return (ClassTarget) artifact().target();
  }

  @Override
  PredictionColumns predictionColumns() {
    return new ClassColumns(
        getRawPredictionCol(), getProbabilityCol(), getPredictionCol(), labels(), target());
  }

  @Override
  NetworkClassificationModel fresh() {
    return new NetworkClassificationModel(uid(), artifact());
  }

  public static MLReader<NetworkClassificationModel> read() {
    return new Reader<>(NetworkClassificationModel.class, NetworkClassificationModel::new);
  }

  /** Loads a model saved by {@code write().save(path)} from any Hadoop file system. */
  public static NetworkClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "NetworkClassificationModel: uid=%s, numClasses=%d, loss=%s, input=%s"
        .formatted(uid(), numClasses(), target().loss(), artifact().input());
  }
}
