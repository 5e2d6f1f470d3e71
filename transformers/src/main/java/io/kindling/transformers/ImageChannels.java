/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import java.util.List;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The param {@code channels}, alike in the stages that have it. */
final class ImageChannels {
  private ImageChannels() {}

  static IntParam param(Params owner, String asItIs) {
    List<Object> allowed = List.of(0, 1, 3, 4);
    return new IntParam(
        owner,
        "channels",
        "channels of the image: 1 (grey, ITU-R 601 luma), 3 (BGR), 4 (BGRA) or 0 ("
            + asItIs
            + "); default 0",
        ParamValidators.inArray(allowed));
  }
}
