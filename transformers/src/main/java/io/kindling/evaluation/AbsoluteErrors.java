/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;

/**
 * How large the distances between predicted and true numbers are, in the labels' unit.
 *
 * @param median half of them are at most so large; as the next three within half a percent
 * @param p90 nine in ten are at most so large
 * @param p95 nineteen in twenty are at most so large
 * @param p99 ninety-nine in a hundred are at most so large
 * @param maximum the largest
 */
public record AbsoluteErrors(double median, double p90, double p95, double p99, double maximum)
    implements Serializable {}
