/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import java.util.List;

/**
 * Keys {@code describe.*}.
 *
 * @param inputShape of one example, in Keras' order; null for that of the data or the model
 * @param classes units of the output layer where there is no data
 */
public record DescribeConf(List<Integer> inputShape, int classes) {
  static DescribeConf of(Settings settings) {
    return new DescribeConf(
        settings.optionalShape("describe.input-shape"),
        settings.integer("describe.classes", 2, Integer.MAX_VALUE));
  }
}
