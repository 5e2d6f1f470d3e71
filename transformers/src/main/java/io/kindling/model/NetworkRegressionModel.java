/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import org.apache.spark.ml.util.MLReader;

/**
 * A trained regression network as a Spark ML model: adds the column {@code prediction}, a number in
 * the unit of the labels that it was trained on. {@link NetworkModel} tells of rows that cannot be
 * scored, and of saving.
 *
 * <p>The network that {@link #network()}, {@link #graph()} and {@code network.zip} give knows
 * labels as {@link #target()} scales them: {@code prediction = output * std + mean}.
 */
public class NetworkRegressionModel extends NetworkModel<NetworkRegressionModel> {
  private static final long serialVersionUID = 1L;

  private final ScoringColumnParams columnParams;

  public NetworkRegressionModel(String uid, NetworkArtifact artifact) {
    super(uid, artifact);
    this.columnParams = new ScoringColumnParams(this, "the predicted number");
  }

  @Override
  public ScoringColumnParams columnParams() {
    return columnParams;
  }

  /** What the network was trained to predict: its loss, and the scale on which it knows labels. */
  public NumberTarget target() {
    return (NumberTarget) artifact().target();
  }

  @Override
  PredictionColumns predictionColumns() {
    return new NumberColumn(getPredictionCol(), target());
  }

  @Override
  NetworkRegressionModel fresh() {
    return new NetworkRegressionModel(uid(), artifact());
  }

  public static MLReader<NetworkRegressionModel> read() {
    return new Reader<>(NetworkRegressionModel.class, NetworkRegressionModel::new);
  }

  /** Loads a model saved by {@code write().save(path)} from any Hadoop file system. */
  public static NetworkRegressionModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "NetworkRegressionModel: uid=%s, loss=%s, input=%s"
        .formatted(uid(), target().loss(), artifact().input());
  }
}
