/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

/**
 * Why a network predicts what it does for one example.
 *
 * @param target the class that is explained; -1 of a regression
 * @param score its logit, before softmax or sigmoid, of a hinge its margin; of a regression the
 *     number, in the labels' unit
 * @param baselineScore the score of the baseline
 * @param attributions what each position contributed to {@code score - baselineScore}: of an image
 *     {@code height * width} pixels, row by row, summed over channels; of a vector its values; of a
 *     text its tokens, summed over the words' vectors; of a sequence {@code steps * width} values,
 *     step by step
 * @param gap the sum of all attributions less {@code score - baselineScore}: near 0 where there
 *     were points enough on the way from the baseline
 * @param occlusion how much the score drops where a pixel, value, token or step is covered, mean of
 *     the parts that it is in; null without occlusion
 * @param agreement Spearman's rank correlation, from -1 to 1, of what parts are attributed and how
 *     much the score drops without them; NaN without occlusion, and where either is all the same
 */
@SuppressWarnings("ArrayRecordComponent") // a result that is read, never compared
public record Explanation(
    int target,
    double score,
    double baselineScore,
    float[] attributions,
    double gap,
    float[] occlusion,
    double agreement) {}
