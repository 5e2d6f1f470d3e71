/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.estimators.NetworkEstimator;
import io.kindling.jobs.conf.ConfigurationException;
import io.kindling.jobs.conf.NetworkConf;
import io.kindling.network.LayerSpec;
import io.kindling.network.PretrainedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Keys {@code network.*}: the network that train gives to the estimator. */
final class NetworkChoice {
  private final NetworkConf conf;
  private final String model;

  /**
   * @param model the absolute path at key {@code network.model}; null where that is not set
   */
  NetworkChoice(NetworkConf conf, String model) {
    this.conf = conf;
    this.model = model;
  }

  /**
   * Sets the network.
   *
   * @throws ConfigurationException where none is chosen or the file cannot be read
   * @throws io.kindling.data.KindlingException where a layer is wrong
   */
  void setOn(NetworkEstimator<?, ?> estimator) {
    if (conf.embeddingFile() != null) {
      estimator.setEmbeddingFile(conf.embeddingFile());
    }
    try {
      if (model != null) {
        estimator.setNetwork(
            new PretrainedNetwork(
                    model,
                    conf.freezeUpTo(),
                    conf.cutBehind(),
                    conf.newHead(),
                    conf.layers() == null ? List.of() : LayerSpec.listOf(conf.layers()))
                .definition());
      } else if (conf.name() != null) {
        estimator.setNetwork(conf.name());
      } else if (conf.layers() != null) {
        estimator.setLayers(LayerSpec.listOf(conf.layers()));
      } else if (conf.json() != null) {
        estimator.setNetwork(Files.readString(Path.of(conf.json())));
      } else {
        throw new ConfigurationException(
            "Cannot train: no network is set; give network.layers or network.json in a --conf file,"
                + " or --set network.name=lenet");
      }
    } catch (IOException e) {
      throw new ConfigurationException(
          String.format(
              "Cannot train: the file of key 'network.json' cannot be read: %s (%s)",
              conf.json(), e.getClass().getSimpleName()),
          e);
    }
  }
}
