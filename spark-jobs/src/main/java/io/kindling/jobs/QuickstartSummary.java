/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

/**
 * What quickstart reports.
 *
 * @param accuracy on digits that the network was not trained on
 * @param examplesPerSecond of the training
 * @param data folder of the prepared digits
 * @param model folder of the trained model
 * @param scored folder of the scored test digits
 * @param evaluation folder of the page that shows how well the model does
 */
record QuickstartSummary(
    String job,
    double seconds,
    double accuracy,
    double examplesPerSecond,
    String data,
    String model,
    String scored,
    String evaluation) {}
