/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.convolutional;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a convolution's kernel sees of an image at each of its places (im2col; Chellapilla et al.,
 * 2006): a row for each of the kernel's values, in the order of the weights, with a column for each
 * place.
 *
 * @param top rows of zeros above the image
 * @param left columns of zeros before the image
 * @param outHeight places, one under the other
 * @param outWidth places beside each other
 */
record Patches(
    int channels,
    int height,
    int width,
    int kernelHeight,
    int kernelWidth,
    int strideDown,
    int strideRight,
    int top,
    int left,
    int outHeight,
    int outWidth) {

  /**
   * Those of a layer.
   *
   * @param images {@code [examples, channels, height, width]}
   */
  static Patches of(ConvolutionLayer layer, INDArray images) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] dilation = layer.getDilation();
    boolean same = layer.getConvolutionMode() == ConvolutionMode.Same;
    int[] out =
        ConvolutionUtils.getOutputSize(
            images,
            kernel,
            stride,
            same ? null : layer.getPadding(),
            layer.getConvolutionMode(),
            dilation,
            CNN2DFormat.NCHW);
    int height = Math.toIntExact(images.size(2));
    int width = Math.toIntExact(images.size(3));
    int[] padding =
        same
            ? ConvolutionUtils.getSameModeTopLeftPadding(
                out, new int[] {height, width}, kernel, stride, dilation)
            : layer.getPadding();
    return new Patches(
        Math.toIntExact(images.size(1)),
        height,
        width,
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        padding[0],
        padding[1],
        out[0],
        out[1]);
  }

  /** Values of an image. */
  int imageLength() {
    return channels * height * width;
  }

  /** Rows: the kernel's values. */
  int rows() {
    return channels * kernelHeight * kernelWidth;
  }

  /** Columns: the kernel's places. */
  int places() {
    return outHeight * outWidth;
  }

  /** Writes an image's patches, row by row. */
  void put(float[] image, float[] patches) {
    int at = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int down = 0; down < kernelHeight; down++) {
        for (int right = 0; right < kernelWidth; right++) {
          for (int y = 0; y < outHeight; y++) {
            int row = y * strideDown + down - top;
            if (row < 0 || row >= height) {
              Arrays.fill(patches, at, at + outWidth, 0f);
            } else {
              put(image, (channel * height + row) * width, right - left, patches, at);
            }
            at += outWidth;
          }
        }
      }
    }
  }

  /**
   * One of the kernel's values at the places of a row; {@code shift} is its column at the first.
   */
  private void put(float[] image, int row, int shift, float[] patches, int at) {
    int from = Math.min(outWidth, Math.max(0, (strideRight - 1 - shift) / strideRight));
    int to = Math.max(from, Math.min(outWidth, (width - 1 - shift + strideRight) / strideRight));
    Arrays.fill(patches, at, at + from, 0f);
    if (strideRight == 1 && to > from) {
      System.arraycopy(image, row + shift + from, patches, at + from, to - from);
    } else {
      for (int x = from; x < to; x++) {
        patches[at + x] = image[row + shift + x * strideRight];
      }
    }
    Arrays.fill(patches, at + to, at + outWidth, 0f);
  }
}
