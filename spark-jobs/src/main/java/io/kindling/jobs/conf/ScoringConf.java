/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import java.util.List;

/**
 * Keys {@code scoring.*}.
 *
 * @param batchSize rows at once, or null for as many as suit the network
 * @param columns the input's columns to keep, or null for all but what the network takes
 * @param outputs the model's columns to write, or null for all
 * @param partitionBy written columns that become folders, outermost first
 * @param write refuse, overwrite or append; null where key {@code overwrite} says it
 * @param isStream whether the input is watched
 */
public record ScoringConf(
    Integer batchSize,
    List<String> columns,
    List<String> outputs,
    List<String> partitionBy,
    String write,
    boolean isStream,
    StreamConf stream) {
  static ScoringConf of(Settings settings) {
    boolean stream = settings.choice("scoring.mode", List.of("batch", "stream")).equals("stream");
    return new ScoringConf(
        settings.optionalInteger("scoring.batch-size", 1, 65536),
        settings.optionalNames("scoring.columns"),
        settings.optionalNames("scoring.outputs"),
        settings.names("scoring.partition-by"),
        settings.optionalChoice("scoring.write", List.of("refuse", "overwrite", "append")),
        stream,
        StreamConf.of(settings, stream));
  }
}
