/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.image.Pixels;
import java.io.Serializable;

/** What a stage does to one image. */
interface PixelMap extends Serializable {

  /**
   * The image changed.
   *
   * @param origin of the image, or null
   * @param image not to be written to
   */
  Pixels apply(String origin, Pixels image);
}
