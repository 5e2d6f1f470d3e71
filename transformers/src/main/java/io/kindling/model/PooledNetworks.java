/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.input.InputSpec;
import io.kindling.runtime.Device;
import io.kindling.runtime.IdleByDevice;
import io.kindling.runtime.NativeRuntime;
import java.io.Serializable;

/**
 * A network on its way to the executors, and there the replicas built of it: a task borrows one and
 * gives it back, so that there are as many as tasks run at once. Broadcast it; the replicas live
 * and go with the broadcast value of each executor.
 */
public final class PooledNetworks implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String configuration;
  private final float[] params;
  private final String input;
  private transient volatile IdleByDevice<ScoringLane> idle;

  /** Found out by the first replica. */
  private transient MinibatchPlan plan;

  public PooledNetworks(NetworkArtifact artifact) {
    this.configuration = artifact.configuration();
    this.params = artifact.params();
    // As text: Kryo, which a user may have chosen for broadcasts, cannot read records.
    this.input = artifact.input().toJson();
  }

  /** A lane on the task's device that nobody else uses; one that is idle, or a new one. */
  public ScoringLane borrow() {
    Device device = Device.ofThisTask();
    ScoringLane lane = idle().poll(device);
    if (lane == null) {
      lane = new ScoringLane(device, this::build);
    }
    if (device.isGpu()) { // or each call would wait for the lane's thread once more
      lane.deviceInUse().log("Scoring");
    }
    lane.scorer().setThreads(NativeRuntime.taskCores());
    return lane;
  }

  /** Lets others use a lane. */
  public void giveBack(ScoringLane lane) {
    idle().add(lane.device(), lane);
  }

  /** Gives the native memory of the lanes back that nobody uses now. */
  public void closeIdle() {
    idle().drain(ScoringLane::close);
  }

  private synchronized ExampleScorer build() {
    ScoringNetwork network =
        new ScoringNetwork(
            NetworkConfiguration.parse(configuration), params, InputSpec.fromJson(input));
    if (plan == null) {
      plan = MinibatchPlan.of(network);
    }
    return new ExampleScorer(network, plan);
  }

  private synchronized IdleByDevice<ScoringLane> idle() {
    if (idle == null) {
      idle = new IdleByDevice<>();
    }
    return idle;
  }
}
