/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import java.util.Map;

/**
 * What run reports.
 *
 * @param job the job's name
 * @param seconds all steps
 * @param metrics of the test rows, as evaluate reports them
 * @param examples test rows
 * @param trainSeconds rounds only, as train reports them
 * @param examplesPerSecond in training
 * @param epochs trained
 * @param data folder of the prepared rows
 * @param model folder of the trained model
 * @param scored folder of the scored test rows
 * @param evaluation folder of the page that shows how well the model does
 */
record RunSummary(
    String job,
    double seconds,
    Map<String, Double> metrics,
    long examples,
    double trainSeconds,
    double examplesPerSecond,
    int epochs,
    String data,
    String model,
    String scored,
    String evaluation) {}
