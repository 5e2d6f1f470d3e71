/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import java.util.Map;

/**
 * What evaluate reports.
 *
 * @param examples rows that were measured
 * @param rowsBad rows that could not be, unless on-bad-row is fail
 * @param metrics of a classifier accuracy, precision, recall, f1 (the last three averaged over the
 *     classes), loss (the one it was trained with), auc and topKAccuracy, where there are; of a
 *     regression mse, mae, rmse, r2 and loss (mse or mae, as it was trained)
 * @param output the folder with evaluation.json and evaluation.html; null where none was asked for
 */
record EvaluateSummary(
    String job,
    double seconds,
    long examples,
    long rowsBad,
    Map<String, Double> metrics,
    String output) {}
