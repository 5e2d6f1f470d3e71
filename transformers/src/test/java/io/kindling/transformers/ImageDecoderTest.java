/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ImageDecoderTest extends ColumnStageContract<ImageDecoder> {
  private static final Pixels COLOUR = new Pixels(1, 2, 3, new byte[] {1, 2, 3, 40, 50, 60});
  private static final Pixels GREY = new Pixels(1, 2, 1, new byte[] {70, 80});

  @Override
  ImageDecoder fresh() {
    return new ImageDecoder();
  }

  @Override
  ImageDecoder configured() {
    return new ImageDecoder("decoder")
        .setInputCol("file")
        .setOutputCol("picture")
        .setChannels(3)
        .setMaxPixels(100)
        .setHandleInvalid("keep")
        .setProblemCol("problem")
        .setOriginCol("path");
  }

  @Override
  MLReader<ImageDecoder> reader() {
    return ImageDecoder.read();
  }

  @Override
  Map<String, Object> defaults() {
    return Map.of(
        "inputCol",
        "content",
        "outputCol",
        "image",
        "channels",
        0,
        "maxPixels",
        1L << 26,
        "handleInvalid",
        "error");
  }

  @Override
  Map<String, Object> settings() {
    return Map.of(
        "inputCol",
        "file",
        "outputCol",
        "picture",
        "channels",
        3,
        "maxPixels",
        100L,
        "handleInvalid",
        "keep",
        "problemCol",
        "problem",
        "originCol",
        "path");
  }

  @Override
  String inputType() {
    return "binary";
  }

  @Override
  String doing() {
    return "decode images";
  }

  @Override
  Dataset<Row> localRows(SparkSession spark) {
    return spark.createDataFrame(
        List.of(
            RowFactory.create(0L, "a.png", ImageCodec.encodePng(COLOUR)),
            RowFactory.create(1L, "b.png", ImageCodec.encodePng(GREY)),
            RowFactory.create(2L, "c.png", "hello world".getBytes(StandardCharsets.UTF_8)),
            RowFactory.create(3L, "d.png", null),
            RowFactory.create(
                4L, "e.png", ImageCodec.encodePng(new Pixels(11, 11, 1, new byte[121])))),
        StructType.fromDDL("id long, path string, file binary"));
  }

  @Test
  void keepsBadRowsWithTheirReason(SparkSession spark) throws Exception {
    List<Row> rows = output(configured().transform(rows(spark)));
    assertEquals(COLOUR, ImageRows.pixels(rows.get(0).getAs("picture")));
    assertEquals("a.png", ImageRows.origin(rows.get(0).getAs("picture")));
    assertNull(rows.get(0).getAs("problem"));
    assertEquals(
        new Pixels(1, 2, 3, new byte[] {70, 70, 70, 80, 80, 80}),
        ImageRows.pixels(rows.get(1).getAs("picture")));
    List<String> reasons =
        List.of(
            "not a JPEG, PNG, GIF or BMP image (starts with 'hello world')",
            "no file content (null)",
            "11 x 11 pixels, more than the limit of 100");
    for (int bad = 2; bad < 5; bad++) {
      assertNull(rows.get(bad).getAs("picture"));
      assertEquals(reasons.get(bad - 2), rows.get(bad).getAs("problem"));
    }
  }

  @Test
  void keepsAReasonThatIsThereAlready(SparkSession spark) {
    Dataset<Row> rows =
        rows(spark).withColumn("problem", functions.expr("case when id = 3 then 'not found' end"));
    List<Row> out = output(configured().transform(rows));
    assertNull(out.get(0).getAs("problem"));
    assertEquals("not found", out.get(3).getAs("problem"));
    assertTrue(out.get(2).<String>getAs("problem").startsWith("not a JPEG"));
    assertEquals(5, out.get(0).size());
  }

  @Test
  void skipsBadRows(SparkSession spark) {
    ImageDecoder decoder = configured();
    decoder.clear(decoder.problemCol());
    decoder.setHandleInvalid("skip");
    List<Row> rows = output(decoder.transform(rows(spark)));
    assertEquals(List.of(0L, 1L), rows.stream().map(r -> r.<Long>getAs("id")).toList());
  }

  @Test
  void failsByDefaultAndNamesTheRowAndTheWayOut(SparkSession spark) {
    ImageDecoder decoder = new ImageDecoder().setInputCol("file").setOriginCol("path");
    Dataset<Row> rows = decoder.transform(rows(spark).filter("id = 2"));
    assertEquals(
        "Cannot decode image c.png: not a JPEG, PNG, GIF or BMP image (starts with 'hello"
            + " world'); to go on without such rows set handleInvalid to 'skip' or 'keep'",
        KindlingException.in(assertThrows(Exception.class, rows::collectAsList)).getMessage());
  }

  @Test
  void refusesAProblemColumnThatWouldStayEmpty(SparkSession spark) {
    ImageDecoder decoder = configured().setHandleInvalid("error");
    assertEquals(
        "Cannot decode images: problemCol 'problem' is set but handleInvalid is 'error'; set it to"
            + " 'keep'",
        assertThrows(KindlingException.class, () -> decoder.transform(rows(spark))).getMessage());
  }

  @Test
  void decodesToFourChannels(SparkSession spark) throws Exception {
    List<Row> rows = output(configured().setChannels(4).transform(rows(spark)));
    assertEquals(
        new Pixels(1, 2, 4, new byte[] {70, 70, 70, -1, 80, 80, 80, -1}),
        ImageRows.pixels(rows.get(1).getAs("picture")));
  }

  @Test
  void refusesOtherNumbersOfChannels() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> fresh().setChannels(2)).getMessage();
    assertTrue(message.contains("parameter channels given invalid value 2"), message);
  }

  @Test
  void decodesEachFileOnce(SparkSession spark) {
    // One call in the plan, though the result is filtered and read three times.
    String plan =
        configured()
            .transform(rows(spark))
            .filter("picture is not null")
            .selectExpr("picture.height", "picture.width", "problem")
            .queryExecution()
            .executedPlan()
            .toString();
    assertEquals(2, plan.split("UDF\\(", -1).length, plan);
  }
}
