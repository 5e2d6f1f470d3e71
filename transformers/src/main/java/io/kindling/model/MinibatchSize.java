/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

/**
 * How many examples are scored at once.
 *
 * @param most examples that may be
 * @param stepBytes what all layers' outputs take for a step of an example; of an image for the
 *     whole
 * @param bytes that they may take for a minibatch
 */
record MinibatchSize(int most, long stepBytes, long bytes) {
  /**
   * Less leaves a processor waiting for calls to begin and end, more falls out of its cache: Keras'
   * CNN on MNIST was fastest with 64 to 128 images, some 150 kB each.
   */
  private static final long BYTES = 16L << 20;

  /** As many as a user asks for. */
  static MinibatchSize of(int examples) {
    return new MinibatchSize(examples, 0, Long.MAX_VALUE);
  }

  /** As many as suit a network. */
  static MinibatchSize of(ScoringNetwork network, MinibatchLayout layout) {
    return new MinibatchSize(layout.mostExamples(), network.activationBytes(), BYTES);
  }

  /**
   * The examples of a minibatch.
   *
   * @param steps of the longest, 1 of images
   */
  int examples(int steps) {
    long needed = stepBytes * steps;
    return needed == 0 ? most : (int) Math.max(1, Math.min(most, bytes / needed));
  }

  /**
   * The examples of the next minibatch: one of as few as come near to what suits the network, and
   * all of them about as large. A call takes as long as ten images do, so one for what is left over
   * is dear.
   *
   * @param left examples that are not scored yet
   * @param steps of each
   */
  int next(int left, int steps) {
    int size = examples(steps);
    if (stepBytes == 0) {
      return Math.min(size, left);
    }
    int minibatches = Math.max(1, Math.round((float) left / size));
    return Math.min(most, (left + minibatches - 1) / minibatches);
  }
}
