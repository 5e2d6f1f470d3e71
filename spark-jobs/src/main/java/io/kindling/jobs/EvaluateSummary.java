/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import java.util.Map;

/**
 * What evaluate reports.
 *
 * @param metrics accuracy, precision, recall, f1 (the last three averaged over the classes) and
 *     loss (mean cross-entropy)
 */
record EvaluateSummary(String job, double seconds, long examples, Map<String, Double> metrics) {}
