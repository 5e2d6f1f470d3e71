/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.transformers.image.Augmentation;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Params;

/**
 * Params of random changes to training images, all off by default; {@link Augmentation} says what
 * each does. A stage holds one {@link AugmentationParams}, made after its uid, and gets params,
 * setters and getters from here.
 *
 * @param <S> the stage, which the setters return
 */
public interface HasAugmentation<S> extends Params {

  /** The params of this stage. */
  AugmentationParams augmentationParams();

  default BooleanParam horizontalFlip() {
    return augmentationParams().horizontalFlip;
  }

  default DoubleParam shift() {
    return augmentationParams().shift;
  }

  default DoubleParam rotation() {
    return augmentationParams().rotation;
  }

  default DoubleParam brightness() {
    return augmentationParams().brightness;
  }

  /** Whether every other image, by chance, is mirrored left to right. */
  @SuppressWarnings("unchecked")
  default S setHorizontalFlip(boolean value) {
    return (S) set(horizontalFlip(), value);
  }

  default boolean getHorizontalFlip() {
    return (Boolean) getOrDefault(horizontalFlip());
  }

  /** Share of height and width by which an image moves at most, in [0, 1). */
  @SuppressWarnings("unchecked")
  default S setShift(double value) {
    return (S) set(shift(), value);
  }

  default double getShift() {
    return (Double) getOrDefault(shift());
  }

  /** Degrees by which an image turns at most, to either side, in [0, 180]. */
  @SuppressWarnings("unchecked")
  default S setRotation(double value) {
    return (S) set(rotation(), value);
  }

  default double getRotation() {
    return (Double) getOrDefault(rotation());
  }

  /** Share by which values grow or shrink at most, in [0, 1]. */
  @SuppressWarnings("unchecked")
  default S setBrightness(double value) {
    return (S) set(brightness(), value);
  }

  default double getBrightness() {
    return (Double) getOrDefault(brightness());
  }

  /** The arithmetic that these params ask for. */
  default Augmentation augmentation() {
    return new Augmentation(getHorizontalFlip(), getShift(), getRotation(), getBrightness());
  }
}
