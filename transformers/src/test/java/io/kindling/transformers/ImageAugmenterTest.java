/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.transformers.image.Augmentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ImageAugmenterTest extends ColumnStageContract<ImageAugmenter> {

  @Override
  ImageAugmenter fresh() {
    return new ImageAugmenter();
  }

  @Override
  ImageAugmenter configured() {
    return new ImageAugmenter("augmenter")
        .setInputCol("picture")
        .setOutputCol("changed")
        .setHorizontalFlip(true)
        .setShift(0.2)
        .setRotation(30)
        .setBrightness(0.4)
        .setSeed(7);
  }

  @Override
  MLReader<ImageAugmenter> reader() {
    return ImageAugmenter.read();
  }

  @Override
  Map<String, Object> defaults() {
    return Map.of(
        "inputCol",
        "image",
        "horizontalFlip",
        false,
        "shift",
        0.0,
        "rotation",
        0.0,
        "brightness",
        0.0,
        "seed",
        (long) ImageAugmenter.class.getName().hashCode());
  }

  @Override
  Map<String, Object> settings() {
    return Map.of(
        "inputCol",
        "picture",
        "outputCol",
        "changed",
        "horizontalFlip",
        true,
        "shift",
        0.2,
        "rotation",
        30.0,
        "brightness",
        0.4,
        "seed",
        7L);
  }

  @Override
  String inputType() {
    return ImageRows.schema().catalogString();
  }

  @Override
  String doing() {
    return "augment images";
  }

  @Override
  Dataset<Row> localRows(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(1);
    for (long id = 0; id < 6; id++) {
      byte[] data = new byte[8 * 8 * 3];
      random.nextBytes(data);
      String origin = id < 3 ? "image" + id : null;
      rows.add(RowFactory.create(id, ImageRows.toRow(origin, new Pixels(8, 8, 3, data))));
    }
    rows.add(RowFactory.create(6L, null));
    return spark.createDataFrame(
        rows, new StructType().add("id", "long").add("picture", ImageRows.schema()));
  }

  @Test
  void changesImagesDifferentlyBySeedAndKeepsTheirOrigin(SparkSession spark) throws Exception {
    List<Row> one = output(configured().transform(rows(spark)));
    List<Row> other = output(configured().setSeed(8).transform(rows(spark)));
    for (int i = 0; i < 6; i++) {
      Row before = one.get(i).getAs("picture");
      Row after = one.get(i).getAs("changed");
      assertEquals(ImageRows.origin(before), ImageRows.origin(after));
      assertNotEquals(ImageRows.pixels(before), ImageRows.pixels(after));
      assertNotEquals(after, other.get(i).getAs("changed"));
    }
    assertTrue(one.get(6).isNullAt(2));
  }

  @Test
  void isOffByDefault(SparkSession spark) {
    Dataset<Row> rows = fresh().setInputCol("picture").setOutputCol("same").transform(rows(spark));
    for (Row row : output(rows)) {
      assertEquals(row.<Row>getAs("picture"), row.<Row>getAs("same"));
    }
  }

  @Test
  void handsItsParamsToTheArithmetic() {
    assertEquals(new Augmentation(true, 0.2, 30, 0.4), configured().augmentation());
    assertTrue(fresh().augmentation().changesNothing());
  }

  @Test
  void refusesAShiftOfAWholeImage() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> fresh().setShift(1)).getMessage();
    assertTrue(message.contains("parameter shift given invalid value 1.0"), message);
  }
}
