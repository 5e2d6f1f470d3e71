/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import static io.kindling.data.image.ImageFiles.bytes;
import static io.kindling.data.image.ImageFiles.chunk;
import static io.kindling.data.image.ImageFiles.png;
import static io.kindling.data.image.ImageFiles.slope;
import static io.kindling.data.image.ImageFiles.wide;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @Test
  void aGreyPngKeepsEveryValueInGreyAndInColour() throws Exception {
    byte[] every = new byte[256];
    byte[] tripled = new byte[256 * 3];
    for (int i = 0; i < 256; i++) {
      every[i] = (byte) i;
      Arrays.fill(tripled, i * 3, i * 3 + 3, (byte) i);
    }
    // A gamma of 1.0, which a viewer would brighten the picture by.
    byte[] gamma = chunk("gAMA", ByteBuffer.allocate(4).putInt(100_000).array());
    for (byte[] file :
        List.of(
            png(256, 8, ImageFiles.GREY, new byte[][] {every}),
            png(256, 8, ImageFiles.GREY, new byte[][] {every}, gamma))) {
      assertEquals(new Pixels(1, 256, 1, every), codec.decode(file, 1));
      assertEquals(new Pixels(1, 256, 1, every), codec.decode(file, 0));
      assertEquals(new Pixels(1, 256, 3, tripled), codec.decode(file, 3));
    }
  }

  @Test
  void sixteenBitsBecomeTheirHighByte() throws Exception {
    byte[] grey = png(3, 16, ImageFiles.GREY, new byte[][] {wide(0x00ff, 0x80ff, 0xff00)});
    assertEquals(new Pixels(1, 3, 1, bytes(0, 0x80, 0xff)), codec.decode(grey, 0));
    byte[] rgb = png(1, 16, ImageFiles.RGB, new byte[][] {wide(0x1234, 0x5678, 0x9abc)});
    assertEquals(new Pixels(1, 1, 3, bytes(0x9a, 0x56, 0x12)), codec.decode(rgb, 0));
    byte[] rgba =
        png(1, 16, ImageFiles.RGB_ALPHA, new byte[][] {wide(0x1234, 0x5678, 0x9abc, 0xdef0)});
    assertEquals(new Pixels(1, 1, 4, bytes(0x9a, 0x56, 0x12, 0xde)), codec.decode(rgba, 0));
    byte[] greyAlpha = png(1, 16, ImageFiles.GREY_ALPHA, new byte[][] {wide(0x40ff, 0xffff)});
    assertEquals(new Pixels(1, 1, 1, bytes(0x40)), codec.decode(greyAlpha, 1));
  }

  @ParameterizedTest
  @CsvSource({"1, 255", "2, 85", "4, 17"})
  void fewBitsOfGreyAreSpreadOverTheWholeRange(int depth, int step) throws Exception {
    int values = 1 << depth;
    byte[] row = new byte[Math.max(1, values * depth / 8)];
    byte[] wanted = new byte[values];
    for (int i = 0; i < values; i++) {
      wanted[i] = (byte) (i * step);
      row[i * depth / 8] |= (byte) (i << (8 - depth - i * depth % 8));
    }
    byte[] file = png(values, depth, ImageFiles.GREY, new byte[][] {row});
    assertEquals(new Pixels(1, values, 1, wanted), codec.decode(file, 0));
    assertEquals(new Pixels(1, values, 1, wanted), codec.decode(file, 1));
  }

  @Test
  void aPaletteGivesItsColoursAndItsTransparency() throws Exception {
    byte[] palette = chunk("PLTE", bytes(10, 20, 30, 200, 100, 50));
    byte[][] rows = {bytes(0b0100_0000)};
    assertEquals(
        new Pixels(1, 2, 3, bytes(30, 20, 10, 50, 100, 200)),
        codec.decode(png(2, 1, ImageFiles.PALETTE, rows, palette), 0));
    byte[] transparent =
        png(2, 1, ImageFiles.PALETTE, rows, palette, chunk("tRNS", bytes(255, 102)));
    assertEquals(
        new Pixels(1, 2, 4, bytes(30, 20, 10, 255, 50, 100, 200, 102)),
        codec.decode(transparent, 0));
    // 0.4 of the colour and 0.6 of white
    assertEquals(
        new Pixels(1, 2, 3, bytes(30, 20, 10, 173, 193, 233)), codec.decode(transparent, 3));
  }

  @Test
  void transparencyIsLaidOnWhite() throws Exception {
    byte[] rgba =
        png(
            3,
            8,
            ImageFiles.RGB_ALPHA,
            new byte[][] {bytes(9, 9, 9, 0, 0, 0, 0, 51, 7, 8, 9, 255)});
    assertEquals(
        new Pixels(1, 3, 3, bytes(255, 255, 255, 204, 204, 204, 9, 8, 7)), codec.decode(rgba, 3));
    assertEquals(new Pixels(1, 3, 1, bytes(255, 204, 8)), codec.decode(rgba, 1));
    byte[] greyAlpha = png(2, 8, ImageFiles.GREY_ALPHA, new byte[][] {bytes(0, 51, 80, 255)});
    assertEquals(new Pixels(1, 2, 1, bytes(204, 80)), codec.decode(greyAlpha, 1));
    assertEquals(4, codec.decode(greyAlpha, 0).channels());
  }

  @Test
  void oneColourOfAPngMayBeTransparent() throws Exception {
    byte[] file =
        png(
            2,
            8,
            ImageFiles.RGB,
            new byte[][] {bytes(1, 2, 3, 4, 5, 6)},
            chunk("tRNS", wide(1, 2, 3)));
    assertEquals(new Pixels(1, 2, 3, bytes(255, 255, 255, 6, 5, 4)), codec.decode(file, 3));
  }

  @Test
  void colourBecomesGreyByItsLuma() throws Exception {
    // ITU-R 601: 0.299, 0.587 and 0.114 of 255
    byte[] file = png(3, 8, ImageFiles.RGB, new byte[][] {bytes(255, 0, 0, 0, 255, 0, 0, 0, 255)});
    assertEquals(new Pixels(1, 3, 1, bytes(76, 150, 29)), codec.decode(file, 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aJpegOfGreyOrColourIsRightPlainAndProgressive(boolean progressive) throws Exception {
    for (int channels : new int[] {1, 3}) {
      Pixels slope = slope(37, 53, channels);
      assertClose(slope, codec.decode(ImageFiles.jpeg(slope, progressive), 0), 4);
    }
    assertEquals(3, codec.decode(ImageFiles.jpeg(slope(8, 8, 1), progressive), 3).channels());
  }

  @Test
  void anAdobeMarkerSaysWhetherAJpegIsStoredAsLumaAndChroma() throws Exception {
    Pixels slope = slope(16, 16, 3);
    byte[] jpeg = ImageFiles.jpeg(slope, false);
    assertClose(slope, codec.decode(ImageFiles.withAdobe(jpeg, 1), 0), 4);
    // Without JFIF's marker, too, which the JDK's writer puts first.
    int jfif = 4 + ByteBuffer.wrap(jpeg).getShort(4);
    byte[] bare = new byte[jpeg.length - jfif + 2];
    bare[0] = jpeg[0];
    bare[1] = jpeg[1];
    System.arraycopy(jpeg, jfif, bare, 2, jpeg.length - jfif);
    assertClose(slope, codec.decode(bare, 0), 4);
    assertClose(slope, codec.decode(ImageFiles.withAdobe(bare, 1), 0), 4);
    Pixels raw = codec.decode(ImageFiles.withAdobe(bare, 0), 0);
    int luma = Samples.luma(slope.at(3, 3, 2), slope.at(3, 3, 1), slope.at(3, 3, 0));
    assertEquals(luma, raw.at(3, 3, 2), 3);
  }

  @Test
  void anInkJpegBecomesColour() throws Exception {
    // One colour: cyan 51, magenta 102, yellow 0, black 51 of 255, so 0.8, 0.6, 1 times 0.8.
    byte[] inks = repeat(bytes(51, 102, 0, 51), 64);
    byte[] inverted = repeat(bytes(204, 153, 255, 204), 64);
    Pixels wanted = new Pixels(8, 8, 3, repeat(bytes(204, 122, 163), 64));
    assertClose(wanted, codec.decode(ImageFiles.inkJpeg(8, 8, inks), 3), 2);
    byte[] adobe = ImageFiles.withAdobe(ImageFiles.inkJpeg(8, 8, inverted), 0);
    assertClose(wanted, codec.decode(adobe, 0), 2);
    assertEquals(1, codec.decode(adobe, 1).channels());
  }

  @Test
  void anInkJpegInLumaAndChromaBecomesColour() throws Exception {
    // Adobe's YCCK: what inverts to cyan 51, magenta 102, yellow 0 as RGB 51, 102, 0 in YCbCr.
    byte[] ycck = repeat(bytes(75, 86, 111, 204), 64);
    Pixels wanted = new Pixels(8, 8, 3, repeat(bytes(204, 122, 163), 64));
    byte[] adobe = ImageFiles.withAdobe(ImageFiles.inkJpeg(8, 8, ycck), 2);
    assertClose(wanted, codec.decode(adobe, 3), 3);
  }

  @ParameterizedTest
  @CsvSource({
    // where the stored top left and top right corners come to stand: row, column
    "1, 0, 0, 0, 1",
    "2, 0, 1, 0, 0",
    "3, 1, 1, 1, 0",
    "4, 1, 0, 1, 1",
    "5, 0, 0, 1, 0",
    "6, 0, 1, 1, 1",
    "7, 1, 1, 0, 1",
    "8, 1, 0, 0, 0",
    "0, 0, 0, 0, 1",
    "9, 0, 0, 0, 1"
  })
  void exifTurnsAnImageUpright(int orientation, int row, int column, int row2, int column2)
      throws Exception {
    Pixels stored = slope(16, 24, 3);
    byte[] png =
        png(24, 8, ImageFiles.RGB, rgbRows(stored), chunk("eXIf", ImageFiles.exif(orientation)));
    byte[] jpeg = ImageFiles.withExif(ImageFiles.jpeg(stored, false), orientation);
    for (Pixels upright : List.of(codec.decode(png, 0), codec.decode(jpeg, 0))) {
      boolean turned = orientation >= 5 && orientation <= 8;
      assertEquals(turned ? 24 : 16, upright.height());
      assertEquals(turned ? 16 : 24, upright.width());
      for (int c = 0; c < 3; c++) {
        assertEquals(stored.at(0, 0, c), corner(upright, row, column, c), 6);
        assertEquals(stored.at(0, 23, c), corner(upright, row2, column2, c), 6);
      }
    }
  }

  @Test
  void aColourProfileLeavesTheStoredValues() throws Exception {
    Pixels slope = slope(16, 16, 3);
    byte[] plain = ImageFiles.jpeg(slope, false);
    byte[] broken =
        ImageFiles.withSegment(
            plain, 0xe2, "ICC_PROFILE\0\1\1no profile at all".getBytes(StandardCharsets.US_ASCII));
    assertEquals(codec.decode(plain, 0), codec.decode(broken, 0));
    byte[] png =
        png(16, 8, ImageFiles.RGB, rgbRows(slope), chunk("iCCP", bytes('x', 0, 0, 1, 2, 3)));
    assertEquals(slope, codec.decode(png, 0));
  }

  @Test
  void readsGifAndBmp() throws Exception {
    Pixels slope = slope(9, 7, 3);
    assertEquals(slope, codec.decode(ImageFiles.write("bmp", slope), 0));
    Pixels two = new Pixels(1, 2, 3, bytes(0, 0, 0, 255, 255, 255));
    assertEquals(two, codec.decode(ImageFiles.write("gif", two), 3));
  }

  @Test
  void whateverFollowsTheImageDoesNotMatter() throws Exception {
    byte[] jpeg = ImageFiles.jpeg(slope(16, 16, 3), false);
    assertEquals(codec.decode(jpeg, 0), codec.decode(Arrays.copyOf(jpeg, jpeg.length + 99), 0));
    byte[] png = ImageCodec.encodePng(slope(16, 16, 3));
    assertEquals(codec.decode(png, 0), codec.decode(Arrays.copyOf(png, png.length + 99), 0));
  }

  @Test
  void saysWhatIsNoImage() {
    assertBad("empty file", new byte[0]);
    assertBad(
        "not a JPEG, PNG, GIF or BMP image (starts with 'hello world')",
        "hello world".getBytes(StandardCharsets.UTF_8));
    assertBad(
        "not a JPEG, PNG, GIF or BMP image (starts with 49 49 2a 00)", bytes(0x49, 0x49, 0x2a, 0));
    assertBad("not a JPEG, PNG, GIF or BMP image (starts with ff)", bytes(0xff));
    assertBad("truncated JPEG image: it ends before its picture", bytes(0xff, 0xd8, 0xff));
  }

  @Test
  void aFileCutAnywhereIsBad() throws Exception {
    Pixels slope = slope(40, 40, 3);
    for (byte[] file :
        List.of(
            ImageFiles.jpeg(slope, false),
            ImageFiles.jpeg(slope, true),
            ImageFiles.jpeg(slope(40, 40, 1), false),
            ImageFiles.withAdobe(ImageFiles.jpeg(slope, false), 1),
            ImageFiles.withAdobe(ImageFiles.inkJpeg(8, 8, new byte[256]), 0),
            ImageCodec.encodePng(slope),
            ImageFiles.write("bmp", slope))) {
      for (int length = 0; length < file.length; length += length < 700 ? 1 : 37) {
        byte[] cut = Arrays.copyOf(file, length);
        assertThrows(BadImageException.class, () -> codec.decode(cut, 0), "cut to " + length);
      }
      byte[] half = Arrays.copyOf(file, file.length - 9);
      String reason =
          assertThrows(BadImageException.class, () -> codec.decode(half, 0)).getMessage();
      assertTrue(reason.matches("(?i)(damaged|truncated) (JPEG|PNG|BMP) image: .*"), reason);
    }
  }

  @Test
  void aJpegWithNoiseInItsMiddleIsBad() throws Exception {
    byte[] file = ImageFiles.jpeg(slope(200, 200, 3), false);
    Arrays.fill(file, file.length / 2, file.length / 2 + 400, (byte) 0);
    String reason = assertThrows(BadImageException.class, () -> codec.decode(file, 0)).getMessage();
    assertTrue(reason.startsWith("damaged JPEG image: Corrupt JPEG data"), reason);
  }

  @Test
  void aPngWithOneWrongBitIsBad() throws Exception {
    byte[] file = ImageCodec.encodePng(slope(20, 20, 3));
    file[file.length / 2] ^= 1;
    assertBad("corrupt PNG image: checksum of its IDAT is wrong", file);
  }

  @Test
  void anyDamageEitherDecodesOrIsBadButNeverThrowsElse() throws Exception {
    Random random = new Random(5);
    ImageCodec limited = new ImageCodec(1 << 20);
    Pixels slope = slope(24, 24, 3);
    for (byte[] file :
        List.of(
            ImageFiles.jpeg(slope, false),
            ImageFiles.withExif(ImageFiles.jpeg(slope, true), 6),
            ImageFiles.withAdobe(ImageFiles.inkJpeg(8, 8, new byte[256]), 2),
            ImageCodec.encodePng(slope),
            ImageFiles.write("gif", new Pixels(1, 2, 3, new byte[6])),
            ImageFiles.write("bmp", slope))) {
      for (int i = 0; i < 400; i++) {
        byte[] damaged = file.clone();
        for (int at = random.nextInt(file.length), n = random.nextInt(1, 9); n > 0; n--) {
          damaged[Math.min(at++, file.length - 1)] = (byte) random.nextInt();
        }
        try {
          limited.decode(damaged, 3);
        } catch (BadImageException e) {
          assertTrue(e.getMessage().length() > 9, e.getMessage());
        }
      }
    }
  }

  @Test
  void absurdSizesAreBadBeforeAnythingIsDecoded() throws Exception {
    byte[] png = png(1, 8, ImageFiles.GREY, new byte[][] {bytes(1)});
    byte[] header = ImageFiles.header(100_000, 100_000, 8, ImageFiles.GREY);
    System.arraycopy(header, 0, png, 8, header.length);
    assertBad("100000 x 100000 pixels, more than the limit of 67108864", png);
    byte[] jpeg = ImageFiles.jpeg(slope(8, 8, 1), false);
    for (int i = 0; i < jpeg.length - 1; i++) {
      if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) 0xc0) {
        Arrays.fill(jpeg, i + 5, i + 9, (byte) 0x7f);
      }
    }
    assertBad("32639 x 32639 pixels, more than the limit of 67108864", jpeg);
    byte[] six = ImageCodec.encodePng(new Pixels(2, 3, 1, new byte[6]));
    assertEquals(6, new ImageCodec(6).decode(six, 0).data().length);
    assertEquals(
        "3 x 2 pixels, more than the limit of 5",
        assertThrows(BadImageException.class, () -> new ImageCodec(5).decode(six, 0)).getMessage());
  }

  @Test
  void manyThreadsShareOneCodec() throws Exception {
    List<byte[]> files =
        List.of(
            ImageFiles.jpeg(slope(32, 32, 3), false),
            ImageFiles.withExif(ImageFiles.jpeg(slope(20, 30, 3), true), 8),
            ImageFiles.withAdobe(ImageFiles.inkJpeg(8, 8, new byte[256]), 2),
            ImageCodec.encodePng(slope(32, 32, 4)));
    List<Pixels> wanted = new ArrayList<>();
    for (byte[] file : files) {
      wanted.add(codec.decode(file, 3));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Boolean> work =
          () -> {
            for (int i = 0; i < 200; i++) {
              assertEquals(wanted.get(i % 4), codec.decode(files.get(i % 4), 3));
            }
            return true;
          };
      for (Future<Boolean> done :
          threads.invokeAll(Stream.generate(() -> work).limit(8).toList())) {
        assertTrue(done.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void refusesOtherNumbersOfChannels() {
    assertEquals(
        "channels must be 0, 1, 3 or 4, it is 2",
        assertThrows(IllegalArgumentException.class, () -> codec.decode(new byte[1], 2))
            .getMessage());
    assertEquals(
        "maxPixels must be positive, it is 0",
        assertThrows(IllegalArgumentException.class, () -> new ImageCodec(0)).getMessage());
  }

  private void assertBad(String reason, byte[] file) {
    assertEquals(
        reason, assertThrows(BadImageException.class, () -> codec.decode(file, 0)).getMessage());
  }

  private static void assertClose(Pixels wanted, Pixels found, int tolerance) {
    assertEquals(wanted.toString(), found.toString());
    for (int i = 0; i < wanted.data().length; i++) {
      assertEquals(wanted.data()[i] & 0xff, found.data()[i] & 0xff, tolerance, "byte " + i);
    }
  }

  private static int corner(Pixels pixels, int bottom, int right, int channel) {
    return pixels.at(bottom * (pixels.height() - 1), right * (pixels.width() - 1), channel);
  }

  private static byte[][] rgbRows(Pixels bgr) {
    byte[][] rows = new byte[bgr.height()][bgr.width() * 3];
    for (int y = 0; y < bgr.height(); y++) {
      for (int i = 0; i < rows[y].length; i++) {
        rows[y][i] = (byte) bgr.at(y, i / 3, 2 - i % 3);
      }
    }
    return rows;
  }

  private static byte[] repeat(byte[] pixel, int times) {
    byte[] all = new byte[pixel.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = pixel[i % pixel.length];
    }
    return all;
  }
}
