/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Well-known small networks by name. */
public final class NamedNetworks {
  private static final Map<String, List<LayerSpec>> LAYERS =
      new TreeMap<>(
          Map.of(
              "mlp", List.of(dense(256)),
              // LeCun et al. 1998, in the form that frameworks teach: relu, max-pooling.
              "lenet", List.of(conv(20, 5), pool(), conv(50, 5), pool(), dense(500)),
              "cifar-cnn",
                  List.of(conv(32, 3), pool(), conv(64, 3), pool(), conv(64, 3), dense(64))));

  private NamedNetworks() {}

  /** The names. */
  public static List<String> names() {
    return List.copyOf(LAYERS.keySet());
  }

  /** The layers of a network without its output layer, or null if there is none of that name. */
  public static List<LayerSpec> layers(String name) {
    return LAYERS.get(name);
  }

  private static LayerSpec conv(int filters, int kernel) {
    return LayerSpec.of(Map.of("type", "conv", "filters", filters, "kernel", kernel));
  }

  private static LayerSpec pool() {
    return LayerSpec.of(Map.of("type", "max-pool", "size", 2));
  }

  private static LayerSpec dense(int units) {
    return LayerSpec.of(Map.of("type", "dense", "units", units));
  }
}
