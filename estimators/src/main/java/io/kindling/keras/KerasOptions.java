/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import io.kindling.input.PixelScaling;
import java.util.List;

/**
 * What a Keras file does not tell of its network.
 *
 * @param scaling how pixels become the network's input; null for the 0 to 1 range, as the tutorials
 *     have it that divide by 255
 * @param labels class names in the order of the output's units; empty for "0", "1", ...
 * @param backend what Keras 1 ran on, tensorflow or theano, which its files do not say: Theano
 *     turns kernels of convolutions by half a turn; null for what the file says, or tensorflow
 */
public record KerasOptions(PixelScaling scaling, List<String> labels, String backend) {
  /** Pixels from 0 to 1, classes by number, TensorFlow. */
  public static final KerasOptions DEFAULT = new KerasOptions(null, List.of(), null);

  public KerasOptions {
    labels = List.copyOf(labels);
  }

  /** The same with pixels scaled otherwise. */
  public KerasOptions withScaling(PixelScaling other) {
    return new KerasOptions(other, labels, backend);
  }

  /** The same with class names. */
  public KerasOptions withLabels(List<String> names) {
    return new KerasOptions(scaling, names, backend);
  }

  /** The same for another backend. */
  public KerasOptions withBackend(String other) {
    return new KerasOptions(scaling, labels, other);
  }
}
