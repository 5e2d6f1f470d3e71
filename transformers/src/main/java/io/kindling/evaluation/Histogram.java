/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import java.io.Serializable;
import java.util.List;

/**
 * How many values lie where.
 *
 * @param from where the first bin begins
 * @param width of each bin
 * @param counts of values, bin by bin
 * @param below values before the first bin, at most one in a thousand
 * @param above values behind the last bin, at most one in a thousand
 */
public record Histogram(double from, double width, List<Long> counts, long below, long above)
    implements Serializable {}
