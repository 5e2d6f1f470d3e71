/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import java.io.Serializable;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The params of a stage that augments images, made and set to their defaults (all off) at once. */
public final class AugmentationParams implements Serializable {
  private static final long serialVersionUID = 1L;

  final BooleanParam horizontalFlip;
  final DoubleParam shift;
  final DoubleParam rotation;
  final DoubleParam brightness;

  /**
   * @param owner a stage whose uid is set
   */
  public AugmentationParams(Params owner) {
    horizontalFlip =
        new BooleanParam(
            owner,
            "horizontalFlip",
            "whether every other training image, by chance, is mirrored left to right; default"
                + " false");
    shift =
        new DoubleParam(
            owner,
            "shift",
            "share of height and width by which a training image moves at most, in [0, 1); default"
                + " 0",
            ParamValidators.inRange(0, 1, true, false));
    rotation =
        new DoubleParam(
            owner,
            "rotation",
            "degrees by which a training image turns at most, to either side, in [0, 180]; default"
                + " 0",
            ParamValidators.inRange(0, 180));
    brightness =
        new DoubleParam(
            owner,
            "brightness",
            "share by which a training image's values grow or shrink at most, in [0, 1]; default 0",
            ParamValidators.inRange(0, 1));
    owner.setDefault(horizontalFlip, false);
    owner.setDefault(shift, 0.0);
    owner.setDefault(rotation, 0.0);
    owner.setDefault(brightness, 0.0);
  }
}
