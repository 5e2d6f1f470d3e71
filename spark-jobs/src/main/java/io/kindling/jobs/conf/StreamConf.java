/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

/**
 * Keys {@code scoring.*} of a stream.
 *
 * @param checkpointDir where it stands; null outside of streams only
 * @param schemaFrom Parquet with the columns of what will come, or null
 * @param triggerSeconds between the beginnings of two batches
 * @param maxFilesPerTrigger of one batch
 * @param stopWhenIdleSeconds without a new file after which it ends, or null for never
 * @param availableNow whether it ends when all that is there is scored
 */
public record StreamConf(
    String checkpointDir,
    String schemaFrom,
    int triggerSeconds,
    int maxFilesPerTrigger,
    Integer stopWhenIdleSeconds,
    boolean availableNow) {
  private static final String STREAM = "scoring.mode = stream";

  static StreamConf of(Settings settings, boolean stream) {
    StreamConf conf =
        new StreamConf(
            settings.optionalText("scoring.checkpoint.dir"),
            settings.optionalText("scoring.schema-from"),
            settings.integer("scoring.trigger-seconds", 0, 86400),
            settings.integer("scoring.max-files-per-trigger", 1, Integer.MAX_VALUE),
            settings.optionalInteger("scoring.stop-when-idle-seconds", 1, Integer.MAX_VALUE),
            settings.flag("scoring.available-now"));
    if (!stream) {
      settings.refuseWithout(STREAM, "scoring.checkpoint.dir", conf.checkpointDir());
      settings.refuseWithout(STREAM, "scoring.schema-from", conf.schemaFrom());
      settings.refuseWithout(STREAM, "scoring.stop-when-idle-seconds", conf.stopWhenIdleSeconds());
      settings.refuseWithout(STREAM, "scoring.available-now", conf.availableNow() ? true : null);
    }
    return conf;
  }
}
