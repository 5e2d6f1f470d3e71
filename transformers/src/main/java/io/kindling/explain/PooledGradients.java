/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.input.InputSpec;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkConfiguration;
import java.io.Serializable;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A network on its way to the executors, and there the replicas built of it to be differentiated: a
 * task borrows one and gives it back. Broadcast it; the replicas live and go with the broadcast
 * value of each executor.
 */
final class PooledGradients implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String configuration;
  private final float[] params;
  private final String input;
  private transient volatile ConcurrentLinkedQueue<InputGradients> idle;

  PooledGradients(NetworkArtifact artifact) {
    this.configuration = artifact.configuration();
    this.params = artifact.params();
    // As text: Kryo, which a user may have chosen for broadcasts, cannot read records.
    this.input = artifact.input().toJson();
  }

  InputGradients borrow() {
    InputGradients network = idle().poll();
    return network == null
        ? new InputGradients(
            NetworkConfiguration.parse(configuration), params, InputSpec.fromJson(input))
        : network;
  }

  void giveBack(InputGradients network) {
    idle().add(network);
  }

  private synchronized ConcurrentLinkedQueue<InputGradients> idle() {
    if (idle == null) {
      idle = new ConcurrentLinkedQueue<>();
    }
    return idle;
  }
}
