/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kindling.evaluation.ClassificationReport;
import io.kindling.evaluation.RegressionReport;
import io.kindling.model.EpochSummary;
import java.util.List;
import java.util.Map;

/**
 * All that {@code evaluation.json} holds and {@code evaluation.html} shows.
 *
 * @param measured when, in UTC, as ISO 8601 has it
 * @param model where it lies
 * @param input what the network takes
 * @param data where the rows lie
 * @param split of the data; null for all rows
 * @param examples rows that were measured
 * @param rowsBad rows that could not be
 * @param metrics as in the job's summary
 * @param classification of a classifier; null of a regression
 * @param regression of a regression; null of a classifier
 * @param history every epoch of the training, in order; empty where they are not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Evaluation(
    String measured,
    String model,
    String input,
    String data,
    String split,
    long examples,
    long rowsBad,
    Map<String, Double> metrics,
    ClassificationReport classification,
    RegressionReport regression,
    List<EpochSummary> history) {}
