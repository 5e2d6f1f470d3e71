/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCodecTest {
  private final ImageCodec codec = new ImageCodec();

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void givesBackEveryByteOfItsOwnPng(int channels) throws Exception {
    byte[] data = new byte[256 * channels];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i * 7);
    }
    Pixels pixels = new Pixels(4, 64, channels, data);
    assertEquals(pixels, codec.decode(ImageCodec.encodePng(pixels), channels));
    assertEquals(pixels, codec.decode(ImageCodec.encodePng(pixels), 0));
  }
}
