/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.input.HostArrays;

/**
 * What a file in DL4J's own format holds, checked, but not built yet.
 *
 * @param configuration of either kind
 * @param params flat, in the order of DL4J's {@code params()}; as many as the configuration has
 * @param updaterState the optimizer's state, flat; empty where it has none
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is moved, never compared
public record SavedNetwork(
    NetworkConfiguration configuration, float[] params, float[] updaterState) {

  /** The network; the caller closes it. */
  public Network build() {
    Network network = configuration.build(params);
    if (updaterState.length > 0) {
      HostArrays.copy(updaterState, network.updaterState());
    }
    return network;
  }
}
