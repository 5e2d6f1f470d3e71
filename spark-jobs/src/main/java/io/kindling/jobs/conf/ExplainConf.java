/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.explain.Baseline;
import io.kindling.explain.ExplanationSettings;
import java.util.List;

/**
 * Keys {@code explain.*}.
 *
 * @param rows to explain, the first
 * @param origins of the rows to explain instead; null for the first
 * @param explained {@code predicted}, a class's name or its index
 * @param steps points between baseline and example
 * @param baseline zero or mean
 * @param occlusionSize of what is covered at once; null for a seventh
 * @param occlusionWords left-out or unknown
 */
public record ExplainConf(
    int rows,
    List<String> origins,
    String explained,
    int steps,
    String baseline,
    Integer occlusionSize,
    String occlusionWords) {
  /** All are shown on one page. */
  private static final int MOST_ROWS = 1000;

  private static final int LARGEST = 10_000;

  static ExplainConf of(Settings settings) {
    List<Object> origins = settings.optionalList("explain.origins");
    return new ExplainConf(
        settings.integer("explain.rows", 1, MOST_ROWS),
        origins == null ? null : origins.stream().map(String::valueOf).toList(),
        settings.text("explain.class"),
        settings.integer(
            "explain.steps", ExplanationSettings.LEAST_STEPS, ExplanationSettings.MOST_STEPS),
        settings.choice("explain.baseline", List.of(Baseline.names())),
        settings.optionalInteger("explain.occlusion-size", 1, LARGEST),
        settings.choice("explain.occlusion-words", List.of("left-out", "unknown")));
  }
}
