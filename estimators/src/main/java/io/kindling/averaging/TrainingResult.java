/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.model.TrainingSummary;

/**
 * What a training ends with.
 *
 * @param state the averaged network
 * @param summary how it went
 */
public record TrainingResult(TrainingState state, TrainingSummary summary) {}
