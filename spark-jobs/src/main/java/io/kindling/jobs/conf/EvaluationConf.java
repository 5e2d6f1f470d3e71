/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.evaluation.ShownExamples;

/**
 * Keys {@code evaluation.*}.
 *
 * @param worstExamples how many are shown
 */
public record EvaluationConf(int worstExamples) {
  static EvaluationConf of(Settings settings) {
    return new EvaluationConf(settings.integer("evaluation.worst-examples", 0, ShownExamples.MOST));
  }
}
