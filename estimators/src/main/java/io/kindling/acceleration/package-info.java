/* SPDX-License-Identifier: Apache-2.0 */
/** What makes Deeplearning4j's own training step faster without changing what it computes. */
package io.kindling.acceleration;
