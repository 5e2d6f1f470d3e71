/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.Pixels;
import io.kindling.input.BadInputException;

/**
 * Decodes image files; what is decoded already only gets its channels.
 *
 * @param channels 1, 3 or 4, or 0 for as many as there are
 */
record ImageFile(ImageCodec codec, int channels) implements Preparation {
  @Override
  public Object apply(Object value) throws BadInputException {
    if (value instanceof Pixels pixels) {
      return pixels.inChannels(channels);
    }
    try {
      return codec.decode((byte[]) value, channels);
    } catch (BadImageException e) {
      throw new BadInputException(e.getMessage());
    }
  }
}
