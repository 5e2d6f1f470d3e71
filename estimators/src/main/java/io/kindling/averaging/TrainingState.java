/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.io.Serializable;

/**
 * Where a training stands: what every replica starts a round from. A class, not a record: Kryo,
 * which a user may have chosen, cannot read records.
 */
public final class TrainingState implements Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] params;
  private final byte[] updaterState;
  private final int iterations;

  /**
   * @param params the network's parameters, flat, raw little-endian floats
   * @param updaterState the optimizer's state likewise; empty where it has none
   * @param iterations minibatches that a replica has seen, as learning-rate schedules and Adam's
   *     bias correction count them
   */
  public TrainingState(byte[] params, byte[] updaterState, int iterations) {
    this.params = params;
    this.updaterState = updaterState;
    this.iterations = iterations;
  }

  public byte[] params() {
    return params;
  }

  public byte[] updaterState() {
    return updaterState;
  }

  public int iterations() {
    return iterations;
  }
}
