/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.generate.DigitGenerator;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.Pixels;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.prepare.Splitter;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class ParquetImageReaderTest {
  private static final byte[] PNG = ImageCodec.encodePng(new Pixels(1, 1, 1, new byte[] {9}));

  @TempDir Path folder;

  private String write(SparkSession spark, DataType labelType, Object... labels) {
    List<Row> rows =
        Arrays.stream(labels).map(label -> RowFactory.create(PNG, label, "extra")).toList();
    StructType schema =
        new StructType()
            .add("jpg", DataTypes.BinaryType)
            .add("class", labelType)
            .add("note", DataTypes.StringType);
    return write(spark.createDataFrame(rows, schema).coalesce(1));
  }

  private String write(Dataset<Row> rows) {
    String path = folder.resolve("in").toString();
    rows.write().parquet(path);
    return path;
  }

  private static Dataset<Row> read(SparkSession spark, String path) {
    return new ParquetImageReader("jpg", "class", 0).read(spark, path);
  }

  private static String refused(SparkSession spark, String path) {
    return assertThrows(KindlingException.class, () -> read(spark, path)).getMessage();
  }

  private static String[] classNames(Dataset<Row> rows) {
    return ((NominalAttribute) Attribute.fromStructField(rows.schema().apply("label")))
        .values()
        .get();
  }

  @Test
  void encodedImagesWithStringLabelsGetSortedClasses(SparkSession spark) {
    String path = write(spark, DataTypes.StringType, "dog", "cat", "dog", null);
    Dataset<Row> rows = read(spark, path);

    assertArrayEquals(new String[] {"cat", "dog"}, classNames(rows));
    assertArrayEquals(ImageDataSet.SCHEMA.fieldNames(), rows.columns());
    assertEquals(2, rows.filter("label = 1 and image.data = X'09'").count());
    Row bad = rows.filter("problem is not null").first();
    assertEquals("no label (null)", bad.getString(4));
    assertTrue(
        bad.getString(0).startsWith("file:") && bad.getString(0).endsWith(".parquet#3"),
        bad.getString(0));
    assertNull(bad.get(1));
  }

  @Test
  void numbersThatAreNoClassesAreBadRows(SparkSession spark) {
    String path =
        write(
            spark,
            DataTypes.DoubleType,
            0.0,
            2.0,
            -1.0,
            0.5,
            null,
            Double.NaN,
            Double.NEGATIVE_INFINITY);
    Dataset<Row> rows = read(spark, path);
    assertArrayEquals(new String[] {"0", "1", "2"}, classNames(rows));
    assertEquals(2, rows.filter("problem is null").count());
    assertEquals(
        List.of(
            "label -1.0 is not a whole number from 0",
            "label -Infinity is not a whole number from 0",
            "label 0.5 is not a whole number from 0",
            "label NaN is not a whole number from 0",
            "no label (null)"),
        rows.filter("problem is not null").orderBy("problem").collectAsList().stream()
            .map(row -> row.getString(4))
            .toList());
  }

  @Test
  void integersAreLabels(SparkSession spark) {
    Dataset<Row> rows = read(spark, write(spark, DataTypes.IntegerType, 3, 1));
    assertEquals(4, classNames(rows).length);
    assertEquals(1, rows.filter("label = 3.0").count());
  }

  @Test
  void namesInTheMetadataAreKeptAndBoundTheLabels(SparkSession spark) {
    String first = write(spark, DataTypes.DoubleType, 0.0, 1.0, 2.0);
    Dataset<Row> named =
        spark
            .read()
            .parquet(first)
            .withColumn(
                "class",
                col("class").as("class", ImageDataSet.classMetadata(List.of("cat", "dog"))));
    String path = folder.resolve("named").toString();
    named.write().parquet(path);
    Dataset<Row> rows = read(spark, path);
    assertArrayEquals(new String[] {"cat", "dog"}, classNames(rows));
    assertEquals(
        "label 2 is out of range: there are 2 classes, from 0",
        rows.filter("problem is not null").first().getString(4));
  }

  @Test
  void aPreparedSetIsReadBackAsItWas(SparkSession spark) {
    Dataset<Row> digits =
        new Splitter(0.1, 0.2, 1).assign(new DigitGenerator(300, 5).generate(spark));
    String path = folder.resolve("digits").toString();
    new DataSetWriter(BadRowPolicy.FAIL, false).write(digits, path, "split");
    Dataset<Row> rows = new ParquetImageReader("image", "label", 1).read(spark, path);

    assertArrayEquals(classNames(digits), classNames(rows));
    // As text: a Row compares byte arrays by identity.
    String[] asText = {"origin", "label", "split", "hex(image.data)", "image.origin", "image.mode"};
    assertEquals(
        digits.selectExpr(asText).orderBy("origin").collectAsList(),
        rows.selectExpr(asText).orderBy("origin").collectAsList());
    assertEquals(300, rows.filter("problem is null").count());
  }

  @Test
  void imageStructsAreBroughtToTheWantedChannels(SparkSession spark) {
    String path = write(spark, DataTypes.StringType, "a");
    Dataset<Row> grey = read(spark, path).select("image").withColumn("label", lit(0));
    String structs = folder.resolve("structs").toString();
    grey.write().parquet(structs);
    Row row = new ParquetImageReader("image", "label", 3).read(spark, structs).first();
    assertNull(row.getString(4));
    assertEquals(16, row.getStruct(1).getInt(4));
    assertArrayEquals(new byte[] {9, 9, 9}, row.getStruct(1).<byte[]>getAs(5));
  }

  @Test
  void anEmptyOriginIsNoOrigin(SparkSession spark) {
    String path = write(spark, DataTypes.StringType, "a", "b");
    Dataset<Row> images =
        read(spark, path)
            .select("image", "label")
            .withColumn("image", col("image").withField("origin", lit("")));
    String structs = folder.resolve("structs").toString();
    images.coalesce(1).write().parquet(structs);
    assertPlaces(new ParquetImageReader("image", "label", 0).read(spark, structs));

    String columns = folder.resolve("columns").toString();
    images.withColumn("origin", lit("")).coalesce(1).write().parquet(columns);
    assertPlaces(new ParquetImageReader("image", "label", 0).read(spark, columns));
  }

  private static void assertPlaces(Dataset<Row> rows) {
    assertEquals(1, rows.filter("origin like 'file:%.parquet#0'").count());
    assertEquals(1, rows.filter("image.origin like 'file:%.parquet#1'").count());
  }

  @Test
  void splitsAreKeptInOneSpellingAndOthersAreBadRows(SparkSession spark) {
    Dataset<Row> plain = spark.read().parquet(write(spark, DataTypes.StringType, "a", "b"));
    String path = folder.resolve("split").toString();
    for (String split : List.of("train", "val", "fold-3")) {
      plain
          .withColumn("split", lit(split))
          .write()
          .mode("append")
          .partitionBy("split")
          .parquet(path);
    }
    Dataset<Row> rows = read(spark, path);
    assertEquals(2, rows.filter("split = 'train'").count());
    assertEquals(2, rows.filter("split = 'validation'").count());
    assertEquals(
        2, rows.filter("problem = 'split fold-3 is none of train, validation and test'").count());
    assertArrayEquals(
        new String[] {"train", "validation"},
        rows.schema().apply("split").metadata().getStringArray("splits"));
  }

  @Test
  void unreadableAndMissingImagesAreBadRows(SparkSession spark) {
    StructType schema =
        new StructType().add("jpg", DataTypes.BinaryType).add("class", DataTypes.StringType);
    String path =
        write(
            spark.createDataFrame(
                List.of(
                    RowFactory.create(new byte[] {1, 2}, "a"),
                    RowFactory.create(null, "a"),
                    RowFactory.create(PNG, "a")),
                schema));
    Dataset<Row> rows = read(spark, path);
    assertEquals(1, rows.filter("problem is null").count());
    assertEquals(1, rows.filter("problem = 'no image (null)'").count());
  }

  @Test
  void aMissingOrUnfitColumnIsNamed(SparkSession spark) {
    String path = write(spark, DataTypes.BooleanType, true, false);
    assertEquals(
        "Cannot read " + path + ": expected numbers or strings in column class, found boolean",
        refused(spark, path));
    assertEquals(
        "Cannot read " + path + ": there is no column picture; its columns are jpg, class, note",
        assertThrows(
                KindlingException.class,
                () -> new ParquetImageReader("picture", "class", 0).read(spark, path))
            .getMessage());
    assertEquals(
        "Cannot read "
            + path
            + ": expected binary or Spark's image struct in column note, found string",
        assertThrows(
                KindlingException.class,
                () -> new ParquetImageReader("note", "class", 0).read(spark, path))
            .getMessage());
  }

  @Test
  void tooManyClassesAreRefused(SparkSession spark) {
    String path = write(spark, DataTypes.IntegerType, 3, 10_000);
    assertEquals(
        "Cannot read "
            + path
            + ": expected at most 10000 classes in column class, found the label 10000.0; for numbers"
            + " to predict set columns.label-type = number",
        refused(spark, path));
  }

  @Test
  void aFolderThatIsMissingOrNoParquetIsNamed(SparkSession spark) {
    assertEquals(
        "Cannot read " + folder + "/none: there is no such file or folder",
        refused(spark, folder + "/none"));
    assertTrue(
        refused(spark, folder.toString())
            .startsWith("Cannot read " + folder + ": expected Parquet files: "),
        refused(spark, folder.toString()));
  }
}
