/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Batch normalization, ReLU and, in scoring, convolutions of few channels, as fast layers of our
 * own; {@link io.kindling.convolutional.ConvolutionalAcceleration} puts them into a network that is
 * built, which is saved as if they were not there.
 */
package io.kindling.convolutional;
