/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What makes padding exact in Deeplearning4j's layers for sequences: a sequence padded in a
 * minibatch gives what it gives alone.
 */
package io.kindling.masks;
