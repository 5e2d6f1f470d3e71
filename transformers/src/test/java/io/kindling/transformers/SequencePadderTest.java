/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.SequenceColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class SequencePadderTest extends ColumnStageContract<SequencePadder> {

  @Override
  SequencePadder fresh() {
    return new SequencePadder();
  }

  @Override
  SequencePadder configured() {
    return new SequencePadder("padder")
        .setInputCol("ids")
        .setOutputCol("sequence")
        .setLength(4)
        .setTruncating("post")
        .setPadding("post");
  }

  @Override
  MLReader<SequencePadder> reader() {
    return SequencePadder.read();
  }

  @Override
  Map<String, Object> defaults() {
    return Map.of("truncating", "pre", "padding", "pre");
  }

  @Override
  Map<String, Object> settings() {
    return Map.of(
        "inputCol",
        "ids",
        "outputCol",
        "sequence",
        "length",
        4,
        "truncating",
        "post",
        "padding",
        "post");
  }

  @Override
  String inputType() {
    return "array<int> or array<array<float>> or array<array<double>> or array<vector>";
  }

  @Override
  String doing() {
    return "pad sequences";
  }

  @Override
  Dataset<Row> localRows(SparkSession spark) {
    return rows(
        spark,
        "ids",
        DataTypes.IntegerType,
        List.of(5, 6, 7),
        List.of(1, 2, 3, 4, 5, 6),
        List.of(),
        null);
  }

  private static Dataset<Row> rows(
      SparkSession spark, String column, DataType element, List<?>... sequences) {
    List<Row> rows = new ArrayList<>();
    for (List<?> sequence : sequences) {
      rows.add(RowFactory.create((long) rows.size(), sequence));
    }
    return spark.createDataFrame(
        rows, new StructType().add("id", "long").add(column, DataTypes.createArrayType(element)));
  }

  /** Values, start and length of the padded sequences in the order of their ids. */
  private static List<String> padded(SequencePadder padder, Dataset<Row> rows) {
    return output(padder.transform(rows)).stream()
        .map(row -> row.<Row>getAs(padder.getOutputCol()))
        .map(row -> row == null ? "null" : row.getList(0) + " " + row.get(1) + " " + row.get(2))
        .map(text -> text.replaceAll("(Wrapped|Mutable)Array|ArraySeq", ""))
        .toList();
  }

  @Test
  void cutsAndPadsAtTheEnd(SparkSession spark) {
    assertEquals(
        List.of("[5, 6, 7, 0] 0 3", "[1, 2, 3, 4] 0 4", "[0, 0, 0, 0] 0 0", "null"),
        padded(configured(), rows(spark)));
  }

  @Test
  void cutsAndPadsAtTheBeginning(SparkSession spark) {
    SequencePadder padder =
        new SequencePadder().setInputCol("ids").setOutputCol("sequence").setLength(4);
    assertEquals(
        List.of("[0, 5, 6, 7] 1 3", "[3, 4, 5, 6] 0 4", "[0, 0, 0, 0] 0 0", "null"),
        padded(padder, rows(spark)));
  }

  @Test
  void zerosAtEitherEndAreNoStepsAndANullAmongIdsIsUnknown(SparkSession spark) {
    Dataset<Row> rows =
        rows(
            spark,
            "ids",
            DataTypes.IntegerType,
            List.of(0, 0, 5, 0, 6, 0, 0, 0, 0),
            List.of(0, 0, 0),
            Arrays.asList(null, 7));
    assertEquals(
        List.of("[5, 0, 6, 0] 0 3", "[0, 0, 0, 0] 0 0", "[1, 7, 0, 0] 0 2"),
        padded(configured(), rows));
    assertEquals(
        List.of("[0, 5, 0, 6] 1 3", "[0, 0, 0, 0] 0 0", "[0, 0, 1, 7] 2 2"),
        padded(configured().setTruncating("pre").setPadding("pre"), rows));
  }

  @Test
  void numericStepsBecomeFloatsWhateverTheyWere(SparkSession spark) {
    List<List<Double>> steps =
        List.of(List.of(1.0, 2.0), List.of(3.0, 4.0), List.of(5.0, 6.0), List.of(7.0, 8.0));
    List<String> post =
        List.of("[([1.0, 2.0]), ([3.0, 4.0])] 0 2", "[([1.0, 2.0]), ([0.0, 0.0])] 0 1");
    List<String> pre =
        List.of("[([5.0, 6.0]), ([7.0, 8.0])] 0 2", "[([0.0, 0.0]), ([1.0, 2.0])] 1 1");
    DataType doubles = DataTypes.createArrayType(DataTypes.DoubleType);
    Dataset<Row> asDoubles =
        rows(spark, "steps", doubles, steps, steps.subList(0, 1), List.of(), null);
    Dataset<Row> asFloats =
        asDoubles.withColumn("steps", functions.col("steps").cast("array<array<float>>"));
    Dataset<Row> asVectors =
        rows(
            spark,
            "steps",
            SQLDataTypes.VectorType(),
            steps.stream().map(step -> Vectors.dense(step.get(0), step.get(1))).toList(),
            List.of(Vectors.sparse(2, new int[] {0, 1}, new double[] {1, 2})),
            List.of(),
            null);
    for (Dataset<Row> rows : List.of(asDoubles, asFloats, asVectors)) {
      SequencePadder padder = configured().setInputCol("steps").setLength(2);
      assertEquals(
          SequenceColumn.structType(SequenceColumn.NUMERIC_STEP).catalogString(),
          padder.transform(rows).schema().apply("sequence").dataType().catalogString());
      assertTrue(
          SequenceColumn.isPaddedSteps(
              padder.transform(rows).schema().apply("sequence").dataType()));
      for (String end : List.of("pre", "post")) {
        List<Row> out = output(padder.setTruncating(end).setPadding(end).transform(rows));
        List<String> wanted = end.equals("pre") ? pre : post;
        for (int i = 0; i < 2; i++) {
          assertEquals(wanted.get(i), describe(out.get(i).getAs("sequence")));
        }
        assertEquals("[([]), ([])] 0 0", describe(out.get(2).getAs("sequence")));
        assertNull(out.get(3).getAs("sequence"));
      }
    }
  }

  private static String describe(Row sequence) {
    List<String> steps = new ArrayList<>();
    for (Object step : sequence.getList(0)) {
      steps.add(
          "("
              + scala.collection.JavaConverters.seqAsJavaList((scala.collection.Seq<?>) step)
              + ")");
    }
    return steps + " " + sequence.get(1) + " " + sequence.get(2);
  }

  @Test
  void aLongSequenceIsCutToItsEnd(SparkSession spark) {
    Dataset<Row> rows =
        spark
            .range(1)
            .withColumn("ids", functions.sequence(functions.lit(1), functions.lit(100_000)))
            .withColumn(
                "steps",
                functions.transform(functions.col("ids"), id -> functions.array(id.cast("float"))));
    SequencePadder padder = configured().setTruncating("pre");
    assertEquals(List.of("[99997, 99998, 99999, 100000] 0 4"), padded(padder, rows));
    Row sequence = output(padder.setInputCol("steps").transform(rows)).get(0).getAs("sequence");
    assertEquals("[([99997.0]), ([99998.0]), ([99999.0]), ([100000.0])] 0 4", describe(sequence));
  }

  @Test
  void aNullStepAndANullValueAreLeftForTheNetworkToRefuse(SparkSession spark) {
    Dataset<Row> rows =
        rows(
            spark,
            "steps",
            DataTypes.createArrayType(DataTypes.DoubleType),
            Arrays.asList(null, List.of(1.0)),
            List.of(Arrays.asList(1.0, null)));
    List<Row> out = output(configured().setInputCol("steps").setLength(2).transform(rows));
    assertNull(out.get(0).<Row>getAs("sequence").getList(0).get(0));
    assertEquals("[([1.0, NaN]), ([0.0, 0.0])] 0 1", describe(out.get(1).getAs("sequence")));
  }

  @Test
  void theVocabularySizeGoesOn(SparkSession spark) {
    Metadata metadata = SequenceColumn.withVocabulary(Metadata.empty(), 9);
    Dataset<Row> rows = rows(spark);
    rows = rows.withColumn("ids", functions.col("ids").as("ids", metadata));
    StructType schema = configured().transform(rows).schema();
    assertEquals(OptionalInt.of(9), SequenceColumn.vocabulary(schema.apply("sequence").metadata()));
    assertEquals("{\"kindling\":{\"vocabulary\":9}}", schema.apply("sequence").metadata().json());
    assertTrue(SequenceColumn.isPaddedTokens(schema.apply("sequence").dataType()));
    assertEquals(
        schema.apply("sequence").metadata(),
        configured().transformSchema(rows.schema()).apply("sequence").metadata());
  }

  @Test
  void saysThatTheLengthIsMissing(SparkSession spark) {
    SequencePadder padder = new SequencePadder().setInputCol("ids");
    assertEquals(
        "Cannot pad sequences: length is not set; it is the number of steps to keep at most",
        assertThrows(KindlingException.class, () -> padder.transform(rows(spark))).getMessage());
  }

  @Test
  void refusesAnUnknownEndAndALengthOfNothing() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> new SequencePadder().setPadding("middle"))
            .getMessage()
            .contains("padding given invalid value middle"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new SequencePadder().setLength(0))
            .getMessage()
            .contains("length given invalid value 0"));
  }

  @Test
  void paddedParquetReadsBackAsTheSameType(
      SparkSession spark, @org.junit.jupiter.api.io.TempDir java.nio.file.Path folder) {
    String path = folder.resolve("padded").toString();
    Dataset<Row> padded = configured().transform(rows(spark));
    padded.write().parquet(path);
    Dataset<Row> read = spark.read().parquet(path);
    assertTrue(SequenceColumn.isPaddedTokens(read.schema().apply("sequence").dataType()));
    assertEquals(output(padded), output(read));
  }
}
