/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.masks;

import java.util.function.Supplier;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Where an array is to be put. */
final class Workspaces {
  private Workspaces() {}

  /** Makes an array that lives as long as another: in the same workspace, or in none. */
  @SuppressWarnings("try") // a scope is entered and left, not used
  static INDArray beside(INDArray other, Supplier<INDArray> made) {
    if (!other.isAttached()) {
      return outside(made);
    }
    try (MemoryWorkspace same = other.data().getParentWorkspace().notifyScopeBorrowed()) {
      return made.get();
    }
  }

  /** Makes an array that lives until it is collected. */
  @SuppressWarnings("try")
  static INDArray outside(Supplier<INDArray> made) {
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return made.get();
    }
  }
}
