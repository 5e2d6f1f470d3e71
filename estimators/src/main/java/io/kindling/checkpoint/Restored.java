/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

import java.util.List;

/**
 * A checkpoint that was read.
 *
 * @param path where it lies
 * @param damaged newer ones that could not be used, each with the reason
 */
public record Restored(Checkpoint checkpoint, String path, List<String> damaged) {
  public Restored {
    damaged = List.copyOf(damaged);
  }
}
