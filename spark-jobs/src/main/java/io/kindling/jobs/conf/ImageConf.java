/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import java.util.List;

/**
 * Keys {@code image.*}: the size that prepare brings images to; each component may be null, height
 * and width only together, fit only with them.
 *
 * @param height pixels
 * @param width pixels
 * @param channels 1, 3 or 4
 * @param fit one of resize, crop, pad
 */
public record ImageConf(Integer height, Integer width, Integer channels, String fit) {
  private static final List<String> FITS = List.of("resize", "crop", "pad");

  static ImageConf of(Settings settings) {
    Integer height = settings.optionalInteger("image.height", 1, 4096);
    Integer width = settings.optionalInteger("image.width", 1, 4096);
    String channels = settings.optionalChoice("image.channels", List.of("1", "3", "4"));
    if ((height == null) != (width == null)) {
      String set = height == null ? "image.width" : "image.height";
      String missing = height == null ? "image.height" : "image.width";
      throw new ConfigurationException(
          String.format(
              "Cannot read the configuration: %s is set (%s) and %s is not; set both or neither",
              set, settings.where(set), missing));
    }
    String fit = settings.optionalChoice("image.fit", FITS);
    if (fit != null && height == null) {
      throw new ConfigurationException(
          String.format(
              "Cannot read the configuration: image.fit is set (%s) and image.height and"
                  + " image.width are not; set all three or no image.fit",
              settings.where("image.fit")));
    }
    return new ImageConf(height, width, channels == null ? null : Integer.valueOf(channels), fit);
  }
}
