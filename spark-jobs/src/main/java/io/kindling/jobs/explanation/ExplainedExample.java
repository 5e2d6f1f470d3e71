/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One row's explanation. What does not apply is null and left out.
 *
 * @param number from 1 on, in the order of the rows
 * @param origin of the row
 * @param label what the row is said to be
 * @param prediction the predicted class, or number
 * @param probability of the class that is explained
 * @param explained the class that is explained
 * @param score its logit before softmax or sigmoid; of a regression the number
 * @param baselineScore the baseline's
 * @param gap the sum of all attributions less {@code score - baselineScore}
 * @param agreement Spearman's rank correlation of attributions and occlusion
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExplainedExample(
    int number,
    String origin,
    String label,
    String prediction,
    Double probability,
    String explained,
    double score,
    double baselineScore,
    double gap,
    Double agreement,
    ExplainedContent content) {}
