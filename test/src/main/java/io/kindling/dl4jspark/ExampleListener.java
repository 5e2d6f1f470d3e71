/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import java.io.Serializable;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/** Adds up the examples of every optimizer step. */
final class ExampleListener extends BaseTrainingListener implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LongAccumulator examples;

  ExampleListener(LongAccumulator examples) {
    this.examples = examples;
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    examples.add(model.batchSize());
  }
}
