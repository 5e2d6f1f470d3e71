/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Recurrent layers that compute what Deeplearning4j's own do, at many times their speed on a CPU.
 * {@link io.kindling.recurrent.RecurrentAcceleration} puts them into a network that is built; what
 * is saved of it is a plain Deeplearning4j network.
 */
package io.kindling.recurrent;
