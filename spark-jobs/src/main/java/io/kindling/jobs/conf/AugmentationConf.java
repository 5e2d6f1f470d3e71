/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

/**
 * Keys {@code training.augmentation.*}: random changes to training images.
 *
 * @param shift share of height and width, 0 to 0.5
 * @param rotation degrees, 0 to 180
 * @param brightness share, 0 to 1
 */
public record AugmentationConf(
    boolean horizontalFlip, double shift, double rotation, double brightness) {
  static AugmentationConf of(Settings settings) {
    return new AugmentationConf(
        settings.flag("training.augmentation.horizontal-flip"),
        settings.number("training.augmentation.shift", 0, 0.5),
        settings.number("training.augmentation.rotation", 0, 180),
        settings.number("training.augmentation.brightness", 0, 1));
  }
}
