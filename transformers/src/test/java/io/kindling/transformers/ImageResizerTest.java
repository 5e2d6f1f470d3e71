/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ImageResizerTest extends ColumnStageContract<ImageResizer> {

  @Override
  ImageResizer fresh() {
    return new ImageResizer();
  }

  @Override
  ImageResizer configured() {
    return new ImageResizer("resizer")
        .setInputCol("picture")
        .setOutputCol("small")
        .setHeight(2)
        .setWidth(3)
        .setChannels(1)
        .setFit("pad");
  }

  @Override
  MLReader<ImageResizer> reader() {
    return ImageResizer.read();
  }

  @Override
  Map<String, Object> defaults() {
    return Map.of("inputCol", "image", "channels", 0, "fit", "resize");
  }

  @Override
  Map<String, Object> settings() {
    return Map.of(
        "inputCol",
        "picture",
        "outputCol",
        "small",
        "height",
        2,
        "width",
        3,
        "channels",
        1,
        "fit",
        "pad");
  }

  @Override
  String inputType() {
    return ImageRows.schema().catalogString();
  }

  @Override
  String doing() {
    return "resize images";
  }

  @Override
  Dataset<Row> localRows(SparkSession spark) {
    return spark.createDataFrame(
        List.of(
            RowFactory.create(
                0L, ImageRows.toRow("a", new Pixels(2, 2, 1, new byte[] {10, 20, 30, 40}))),
            RowFactory.create(
                1L,
                ImageRows.toRow(
                    "b", new Pixels(1, 3, 3, new byte[] {9, 9, 9, 50, 50, 50, 80, 80, 80}))),
            RowFactory.create(2L, null)),
        new StructType().add("id", "long").add("picture", ImageRows.schema()));
  }

  @Test
  void givesEveryImageTheSizeAndChannelsAndItsOrigin(SparkSession spark) throws Exception {
    List<Row> rows = output(configured().transform(rows(spark)));
    assertEquals(
        new Pixels(2, 3, 1, new byte[] {10, 20, 0, 30, 40, 0}),
        ImageRows.pixels(rows.get(0).getAs("small")));
    assertEquals(
        new Pixels(2, 3, 1, new byte[] {9, 50, 80, 0, 0, 0}),
        ImageRows.pixels(rows.get(1).getAs("small")));
    assertEquals("b", ImageRows.origin(rows.get(1).getAs("small")));
    assertNull(rows.get(2).getAs("small"));
  }

  @Test
  void givesColourAnOpaqueAlphaWhereFourChannelsAreWanted(SparkSession spark) throws Exception {
    ImageResizer resizer = configured().setHeight(1).setWidth(3).setChannels(4);
    List<Row> rows = output(resizer.transform(rows(spark)));
    assertEquals(
        new Pixels(1, 3, 4, new byte[] {9, 9, 9, -1, 50, 50, 50, -1, 80, 80, 80, -1}),
        ImageRows.pixels(rows.get(1).getAs("small")));
  }

  @Test
  void saysThatASizeIsMissing(SparkSession spark) {
    ImageResizer resizer = new ImageResizer().setInputCol("picture").setHeight(28);
    assertEquals(
        "Cannot resize images: width is not set; it is the network's input",
        assertThrows(KindlingException.class, () -> resizer.transform(rows(spark))).getMessage());
  }

  @Test
  void namesAnImageThatContradictsItself(SparkSession spark) {
    Dataset<Row> rows =
        spark.createDataFrame(
            List.of(RowFactory.create(0L, RowFactory.create("a.png", 2, 2, 3, 16, new byte[5]))),
            rows(spark).schema());
    Exception thrown =
        assertThrows(Exception.class, () -> configured().transform(rows).collectAsList());
    assertEquals(
        "Cannot resize images: a.png: an image of 2 x 2 with 3 channels has 12 bytes, this one has"
            + " 5",
        KindlingException.in(thrown).getMessage());
  }

  @Test
  void refusesAFitThatDoesNotExist() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> fresh().setFit("stretch")).getMessage();
    assertTrue(message.contains("parameter fit given invalid value stretch"), message);
  }
}
