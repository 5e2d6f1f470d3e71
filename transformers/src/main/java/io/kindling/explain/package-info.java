/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Which part of an example decided a prediction: integrated gradients, occlusion as their check,
 * and the stage that adds them as columns.
 */
package io.kindling.explain;
