/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

/**
 * Keys {@code training.checkpoint.*}.
 *
 * @param dir null for no checkpoints
 * @param everyRounds null for those at the end of epochs alone
 */
public record CheckpointConf(String dir, Integer everyRounds) {
  static CheckpointConf of(Settings settings) {
    return new CheckpointConf(
        settings.optionalText("training.checkpoint.dir"),
        settings.optionalInteger("training.checkpoint.every-rounds", 1, Integer.MAX_VALUE));
  }
}
