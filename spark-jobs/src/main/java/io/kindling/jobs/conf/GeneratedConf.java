/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.data.generate.SequenceGenerator;
import java.util.List;
import java.util.Locale;

/**
 * Keys {@code generated.*}: how many digits, reviews or sequences are drawn.
 *
 * @param task what there is to predict of sequences
 * @param steps greatest length of a sequence
 * @param width values in a step of a sequence
 */
public record GeneratedConf(
    int rows, long seed, SequenceGenerator.Task task, int steps, int width) {
  private static final List<String> TASKS = List.of("classification", "regression");

  static GeneratedConf of(Settings settings) {
    return new GeneratedConf(
        settings.integer("generated.rows", 10, Integer.MAX_VALUE),
        settings.whole("generated.seed", Long.MIN_VALUE, Long.MAX_VALUE),
        SequenceGenerator.Task.valueOf(
            settings.choice("generated.task", TASKS).toUpperCase(Locale.ROOT)),
        settings.integer("generated.steps", 4, 100_000),
        settings.integer("generated.width", 1, 10_000));
  }
}
