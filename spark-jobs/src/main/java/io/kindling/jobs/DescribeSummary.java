/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.network.LayerSummary;
import java.util.List;

/**
 * What describe reports.
 *
 * @param multiplyAddsPerExample of a forward pass
 * @param trainingMemoryBytes of one worker's network at {@code batchSize}, as it follows from
 *     shapes
 * @param executorMemory what an executor with as many task slots as this application's needs to
 *     train, and how spark-submit is told
 * @param scoringMemoryBytes of one task's network at {@code scoringBatchSize}
 */
record DescribeSummary(
    String job,
    double seconds,
    long params,
    long trainableParams,
    long multiplyAddsPerExample,
    int batchSize,
    long trainingMemoryBytes,
    ExecutorMemory executorMemory,
    int scoringBatchSize,
    long scoringMemoryBytes,
    List<LayerSummary> layers) {}
