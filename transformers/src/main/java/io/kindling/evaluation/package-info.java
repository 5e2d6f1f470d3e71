/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How well a model does, in detail: {@link io.kindling.evaluation.ClassificationReport} and {@link
 * io.kindling.evaluation.RegressionReport}, each counted in one pass on the executors. What a task
 * counts has a size that does not depend on the number of rows; parts merge.
 */
package io.kindling.evaluation;
