/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LocalSpark.class)
class ImageRowsTest {

  @Test
  void parquetGivesBackThePixelsInSparksImageStruct(SparkSession spark, @TempDir Path folder)
      throws Exception {
    List<Pixels> images =
        List.of(ImageFiles.slope(2, 3, 1), ImageFiles.slope(4, 2, 3), ImageFiles.slope(1, 1, 4));
    List<Row> rows =
        images.stream().map(p -> RowFactory.create(ImageRows.toRow("from " + p, p))).toList();
    Dataset<Row> frame =
        spark.createDataFrame(rows, new StructType().add("image", ImageRows.schema()));
    String path = folder.resolve("images").toString();
    frame.coalesce(1).write().parquet(path);
    List<Row> back = spark.read().parquet(path).orderBy("image.nChannels").collectAsList();
    for (int i = 0; i < images.size(); i++) {
      Row image = back.get(i).getStruct(0);
      assertEquals(images.get(i), ImageRows.pixels(image));
      assertEquals("from " + images.get(i), ImageSchema.getOrigin(image));
      assertEquals("from " + images.get(i), ImageRows.origin(image));
    }
    assertEquals((Integer) ImageSchema.ocvTypes().get("CV_8UC1").get(), ImageRows.mode(1));
    assertEquals((Integer) ImageSchema.ocvTypes().get("CV_8UC3").get(), ImageRows.mode(3));
    assertEquals((Integer) ImageSchema.ocvTypes().get("CV_8UC4").get(), ImageRows.mode(4));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, 3, 0, 12, 'image of mode 0 with 3 channels; known are CV_8UC1 (0), CV_8UC3 (16),"
        + " CV_8UC4 (24)'",
    "2, 2, 2, 8, 8, 'image of mode 8 with 2 channels; known are CV_8UC1 (0), CV_8UC3 (16),"
        + " CV_8UC4 (24)'",
    "2, 3, 3, 16, 17, 'an image of 3 x 2 with 3 channels has 18 bytes, this one has 17'",
    "65536, 65536, 1, 0, 0, 'an image of 65536 x 65536 with 1 channels has 4294967296 bytes, this"
        + " one has 0'",
    "0, 3, 1, 0, 0, 'an image cannot be 3 x 0'",
    "-1, -3, 1, 0, 3, 'an image cannot be -3 x -1'",
    ", 3, 1, 0, 0, 'image without height (null)'",
    "1, 1, 1, , 1, 'image without mode (null)'",
    "1, 1, 1, 0, , 'image without data (null)'"
  })
  void aStructThatContradictsItselfIsBad(
      Integer height,
      Integer width,
      Integer channels,
      Integer mode,
      Integer length,
      String reason) {
    Row row =
        RowFactory.create(
            "o", height, width, channels, mode, length == null ? null : new byte[length]);
    assertEquals(
        reason, assertThrows(BadImageException.class, () -> ImageRows.pixels(row)).getMessage());
  }

  @Test
  void aNullStructIsBadAndHasNoOrigin() {
    assertEquals(
        "no image (null)",
        assertThrows(BadImageException.class, () -> ImageRows.pixels(null)).getMessage());
    assertNull(ImageRows.origin(null));
  }

  @Test
  void channelsChangeAsFilesOfThoseChannelsDecode() throws Exception {
    Pixels alpha = new Pixels(1, 2, 4, new byte[] {10, 20, 30, 51, 1, 2, 3, -1});
    byte[] file = ImageCodec.encodePng(alpha);
    for (int channels : new int[] {0, 1, 3, 4}) {
      assertEquals(new ImageCodec().decode(file, channels), alpha.inChannels(channels));
    }
    Pixels grey = new Pixels(1, 1, 1, new byte[] {9});
    assertEquals(new Pixels(1, 1, 4, new byte[] {9, 9, 9, -1}), grey.inChannels(4));
  }
}
