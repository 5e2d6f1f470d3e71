/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import java.awt.Point;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes the kinds of files that folders of images hold, for tests. */
final class ImageFiles {
  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int RGB_ALPHA = 6;

  private ImageFiles() {}

  /** A PNG of any bit depth and colour type; rows are packed as the file wants them. */
  static byte[] png(int width, int depth, int colourType, byte[][] rows, byte[]... chunks)
      throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(lines)) {
      for (byte[] row : rows) {
        deflater.write(0); // no filter
        deflater.write(row);
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    file.write(header(width, rows.length, depth, colourType));
    for (byte[] chunk : chunks) {
      file.write(chunk);
    }
    file.write(chunk("IDAT", lines.toByteArray()));
    file.write(chunk("IEND"));
    return file.toByteArray();
  }

  static byte[] header(int width, int height, int depth, int colourType) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    return chunk("IHDR", header.put((byte) depth).put((byte) colourType).array());
  }

  static byte[] chunk(String type, byte... content) {
    ByteBuffer chunk = ByteBuffer.allocate(content.length + 12).putInt(content.length);
    chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
    CRC32 checksum = new CRC32();
    checksum.update(chunk.array(), 4, content.length + 4);
    return chunk.putInt((int) checksum.getValue()).array();
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** A smooth picture in which no two corners are alike. */
  static Pixels slope(int height, int width, int channels) {
    byte[] data = new byte[height * width * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          int value = 30 + 180 * y / height * (c == 1 ? 0 : 1) / 2 + 180 * x / width / (c + 1);
          data[(y * width + x) * channels + c] = (byte) Math.min(255, value);
        }
      }
    }
    return new Pixels(height, width, channels, data);
  }

  /** A JPEG of the best quality. */
  static byte[] jpeg(Pixels pixels, boolean progressive) throws IOException {
    return write("jpeg", new IIOImage(Samples.image(pixels), null, null), progressive);
  }

  /** A JPEG of four components stored as they are, without a marker that says what they are. */
  static byte[] inkJpeg(int height, int width, byte... samples) throws IOException {
    Raster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(samples, samples.length),
            width,
            height,
            width * 4,
            4,
            new int[] {0, 1, 2, 3},
            new Point());
    return write("jpeg", new IIOImage(raster, null, null), false);
  }

  static byte[] write(String format, Pixels pixels) throws IOException {
    BufferedImage image = Samples.image(pixels);
    return write(format, new IIOImage(image, null, null), false);
  }

  private static byte[] write(String format, IIOImage image, boolean progressive)
      throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    if (format.equals("jpeg")) {
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(1);
      if (progressive) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
    }
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, image, param);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  /** The file with one more segment right behind its first marker. */
  static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + content.length + 4);
    file.put(jpeg, 0, 2).put((byte) 0xff).put((byte) marker);
    file.putShort((short) (content.length + 2)).put(content);
    return file.put(jpeg, 2, jpeg.length - 2).array();
  }

  static byte[] withAdobe(byte[] jpeg, int transform) {
    return withSegment(jpeg, 0xee, bytes('A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform));
  }

  static byte[] withExif(byte[] jpeg, int orientation) {
    byte[] tiff = exif(orientation);
    ByteBuffer content = ByteBuffer.allocate(tiff.length + 6);
    return withSegment(jpeg, 0xe1, content.put(bytes('E', 'x', 'i', 'f', 0, 0)).put(tiff).array());
  }

  /** A big-endian TIFF header and one directory of one entry. */
  static byte[] exif(int orientation) {
    ByteBuffer tiff = ByteBuffer.allocate(26);
    tiff.put(bytes('M', 'M', 0, 42)).putInt(8).putShort((short) 1);
    tiff.putShort((short) 0x112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return tiff.array();
  }

  /** A 16-bit sample's bytes for each value. */
  static byte[] wide(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 2);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes.array();
  }
}
