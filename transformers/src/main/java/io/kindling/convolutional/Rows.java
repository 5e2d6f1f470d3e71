/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

/**
 * Heap arrays that the layers of one network take in turn: what a layer leaves in them the next one
 * overwrites.
 */
final class Rows {
  private float[][] rows = {};

  /** So many arrays of at least a length, of any values. */
  float[][] reserve(int count, int length) {
    if (rows.length < count || (count > 0 && rows[0].length < length)) {
      rows = new float[Math.max(count, rows.length)][length];
    }
    return rows;
  }
}
