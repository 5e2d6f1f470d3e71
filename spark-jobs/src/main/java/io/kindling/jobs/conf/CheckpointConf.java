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
    CheckpointConf conf =
        new CheckpointConf(
            settings.optionalText("training.checkpoint.dir"),
            settings.optionalInteger("training.checkpoint.every-rounds", 1, Integer.MAX_VALUE));
    if (conf.everyRounds != null && conf.dir == null) {
      throw new ConfigurationException(
          String.format(
              "Cannot read the configuration: training.checkpoint.every-rounds is %d (%s), but there"
                  + " is no folder for checkpoints; set training.checkpoint.dir",
              conf.everyRounds, settings.where("training.checkpoint.every-rounds")));
    }
    return conf;
  }
}
