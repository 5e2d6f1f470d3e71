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
                  List.of(conv(32, 3), pool(), conv(64, 3), pool(), conv(64, 3), dense(64)),
              // For texts, with the frameworks' tutorials' sizes.
              "text-lstm", List.of(embedding(64), dropout(0.3), lstm(64, false), dropout(0.3)),
              "text-bilstm-attention",
                  List.of(
                      embedding(64),
                      dropout(0.3),
                      LayerSpec.of(
                          Map.of("type", "bidirectional", "layer", lstm(32, true).toMap())),
                      LayerSpec.of(Map.of("type", "self-attention", "units", 64, "heads", 2)),
                      LayerSpec.of(Map.of("type", "global-max-pool")),
                      dropout(0.3)),
              // Kim 2014: convolutions of three widths, the largest value of each filter.
              "text-cnn",
                  List.of(
                      embedding(64),
                      dropout(0.3),
                      LayerSpec.of(
                          Map.of(
                              "type",
                              "conv1d",
                              "filters",
                              64,
                              "kernel",
                              List.of(3, 4, 5),
                              "padding",
                              "same")),
                      LayerSpec.of(Map.of("type", "global-max-pool")),
                      dropout(0.5)),
              // For time series: three stacked layers, as the tutorials on sequences have them.
              "sequence-lstm",
                  List.of(
                      lstm(50, true),
                      dropout(0.2),
                      lstm(50, true),
                      dropout(0.2),
                      lstm(50, false),
                      dropout(0.2))));

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

  private static LayerSpec embedding(int size) {
    return LayerSpec.of(Map.of("type", "embedding", "output-dim", size));
  }

  private static LayerSpec lstm(int units, boolean sequences) {
    return LayerSpec.of(Map.of("type", "lstm", "units", units, "return-sequences", sequences));
  }

  private static LayerSpec dropout(double rate) {
    return LayerSpec.of(Map.of("type", "dropout", "rate", rate));
  }
}
