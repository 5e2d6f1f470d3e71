/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.input.InputSpec;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkConfiguration;
import io.kindling.runtime.Device;
import io.kindling.runtime.IdleByDevice;
import java.io.Serializable;

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
  private transient volatile IdleByDevice<InputGradients> idle;

  PooledGradients(NetworkArtifact artifact) {
    this.configuration = artifact.configuration();
    this.params = artifact.params();
    // As text: Kryo, which a user may have chosen for broadcasts, cannot read records.
    this.input = artifact.input().toJson();
  }

  InputGradients borrow() {
    InputGradients network = idle().poll(Device.ofThisTask());
    return network == null
        ? new InputGradients(
            NetworkConfiguration.parse(configuration), params, InputSpec.fromJson(input))
        : network;
  }

  void giveBack(InputGradients network) {
    idle().add(network.device(), network);
  }

  private synchronized IdleByDevice<InputGradients> idle() {
    if (idle == null) {
      idle = new IdleByDevice<>();
    }
    return idle;
  }
}
