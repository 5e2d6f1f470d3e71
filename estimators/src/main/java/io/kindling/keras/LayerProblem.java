/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

/** Why one layer cannot be imported; all layers' problems become one error. */
final class LayerProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LayerProblem(String reason) {
    super(reason);
  }
}
