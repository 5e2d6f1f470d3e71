/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

/**
 * How a network's minibatches are to be on this processor.
 *
 * @param layout where examples lie in one
 * @param size how many there are
 */
record MinibatchPlan(MinibatchLayout layout, MinibatchSize size) {
  /** Finds out, by scoring examples of chance. */
  static MinibatchPlan of(ScoringNetwork network) {
    MinibatchLayout layout = LayoutProbe.of(network);
    return new MinibatchPlan(layout, MinibatchSize.of(network, layout));
  }

  /** The same with as many examples as a user asks for, or as it is where that is 0. */
  MinibatchPlan asked(int examples) {
    return examples == 0
        ? this
        : new MinibatchPlan(layout, MinibatchSize.of(Math.min(examples, layout.mostExamples())));
  }
}
