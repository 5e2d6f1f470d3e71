/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Optimizers and learning-rate schedules that Deeplearning4j has not, or has otherwise than Keras.
 * They stand in saved configurations by the names of their classes, so scoring must know them.
 */
package io.kindling.optimizers;
