/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import io.kindling.input.InputSpec;
import java.io.Serializable;

/**
 * How a training set becomes shards.
 *
 * @param shards how many, one for each worker
 * @param input what one example looks like
 * @param classes labels run from 0 to one less
 * @param validationColumn whether the rows' third column tells which are for validation
 * @param validationShare otherwise the share of rows, drawn at random, that is
 * @param skipBadRows whether a row that cannot be used is counted and left out, or an error
 * @param seed of the dealing and the drawing
 */
public record ShardPlan(
    int shards,
    InputSpec input,
    int classes,
    boolean validationColumn,
    double validationShare,
    boolean skipBadRows,
    long seed)
    implements Serializable {}
