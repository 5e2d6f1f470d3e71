/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What every stage of one column promises as a Spark ML stage. */
@ExtendWith(LocalSpark.class)
abstract class ColumnStageContract<S extends ColumnStage> {

  /** A stage as it comes. */
  abstract S fresh();

  /** A stage with every param set to something else than its default. */
  abstract S configured();

  abstract MLReader<S> reader();

  /** Param names and values of a fresh stage, without outputCol where that is Spark's own. */
  abstract Map<String, Object> defaults();

  /** Param names and values of the configured stage. */
  abstract Map<String, Object> settings();

  /** Rows for the configured stage, with a column {@code id}. */
  abstract Dataset<Row> localRows(SparkSession spark);

  /** The type of the input column as messages write it. */
  abstract String inputType();

  /** What the stage does, as messages have it. */
  abstract String doing();

  /** The same from tasks: what stands in a plan itself is computed by the optimizer. */
  final Dataset<Row> rows(SparkSession spark) {
    Dataset<Row> local = localRows(spark);
    return spark.createDataFrame(local.toJavaRDD(), local.schema());
  }

  @Test
  void hasTheseDefaults() {
    S stage = fresh();
    Map<String, Object> found = new HashMap<>();
    for (Param<?> param : stage.params()) {
      if (stage.hasDefault(param)) {
        found.put(param.name(), stage.getDefault(param).get());
      }
      assertTrue(param.doc().length() > 10, param.name());
    }
    if (!defaults().containsKey("outputCol")) {
      assertEquals(stage.uid() + "__output", found.remove("outputCol"));
    }
    assertEquals(defaults(), found);
  }

  @Test
  void settersSetEveryParam() {
    S stage = configured();
    Map<String, Object> found = new HashMap<>();
    for (Param<?> param : stage.params()) {
      found.put(param.name(), stage.isSet(param) ? stage.get(param).get() : "not set");
    }
    assertEquals(settings(), found);
  }

  @Test
  void addsWhatItsSchemaSaysAndKeepsColumnMetadata(SparkSession spark) {
    Metadata metadata = new MetadataBuilder().putString("kept", "yes").build();
    Dataset<Row> rows = rows(spark);
    rows = rows.withColumn("id", functions.col("id").as("id", metadata));
    S stage = configured();
    StructType schema = stage.transformSchema(rows.schema());
    Dataset<Row> out = stage.transform(rows);
    assertEquals(Arrays.asList(schema.fieldNames()), Arrays.asList(out.schema().fieldNames()));
    for (String column : schema.fieldNames()) {
      assertEquals(
          schema.apply(column).dataType().catalogString(),
          out.schema().apply(column).dataType().catalogString());
    }
    assertEquals(metadata, schema.apply("id").metadata());
    assertEquals(metadata, out.schema().apply("id").metadata());
  }

  @Test
  void savedAndLoadedItIsTheSame(SparkSession spark, @TempDir Path folder) throws Exception {
    S stage = configured();
    String path = folder.resolve("stage").toString();
    stage.save(path);
    S loaded = reader().load(path);
    assertEquals(stage.uid(), loaded.uid());
    assertEquals(stage.extractParamMap().toString(), loaded.extractParamMap().toString());
    assertEquals(output(stage.transform(rows(spark))), output(loaded.transform(rows(spark))));
  }

  @Test
  void savedAndLoadedInPipelinesItIsTheSame(SparkSession spark, @TempDir Path folder)
      throws Exception {
    S stage = configured();
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {stage});
    String path = folder.resolve("pipeline").toString();
    pipeline.save(path);
    PipelineModel fitted = Pipeline.load(path).fit(rows(spark));
    String fittedPath = folder.resolve("fitted").toString();
    fitted.save(fittedPath);
    assertEquals(
        output(stage.transform(rows(spark))),
        output(PipelineModel.load(fittedPath).transform(rows(spark))));
  }

  @Test
  void aCopyTakesExtraParamsAndLeavesTheOriginalAlone(SparkSession spark) {
    S stage = configured();
    String before = stage.getOutputCol();
    ColumnStage copy = (ColumnStage) stage.copy(new ParamMap().put(stage.outputCol(), "elsewhere"));
    assertNotSame(stage, copy);
    assertEquals(stage.getClass(), copy.getClass());
    assertEquals(stage.uid(), copy.uid());
    assertEquals("elsewhere", copy.getOutputCol());
    assertEquals(before, stage.getOutputCol());
    assertEquals(
        output(stage.transform(rows(spark))),
        output(copy.transform(rows(spark)).withColumnRenamed("elsewhere", before)));
  }

  @Test
  void partitioningChangesNothing(SparkSession spark) {
    S stage = configured();
    List<Row> one = output(stage.transform(rows(spark).coalesce(1)));
    List<Row> many = output(stage.transform(rows(spark).repartition(13)));
    assertFalse(one.isEmpty());
    assertEquals(one, many);
  }

  @Test
  void noRowsGiveNoRows(SparkSession spark) {
    assertEquals(0, configured().transform(rows(spark).limit(0)).count());
  }

  @Test
  void namesAMissingColumn(SparkSession spark) {
    S stage = configured();
    Dataset<Row> rows = rows(spark).select("id");
    assertEquals(
        "Cannot %s: there is no column '%s'; the columns are [id]"
            .formatted(doing(), stage.getInputCol()),
        assertThrows(KindlingException.class, () -> stage.transform(rows)).getMessage());
  }

  @Test
  void namesTheTypeWantedAndTheTypeFound(SparkSession spark) {
    S stage = configured();
    Dataset<Row> rows = rows(spark).withColumn(stage.getInputCol(), functions.lit(1.5));
    assertEquals(
        "Cannot %s: column '%s' must be of type %s, it is of type double"
            .formatted(doing(), stage.getInputCol(), inputType()),
        assertThrows(KindlingException.class, () -> stage.transform(rows)).getMessage());
  }

  @Test
  void refusesToReplaceAColumn(SparkSession spark) {
    S stage = configured();
    stage.set(stage.outputCol(), "ID");
    assertEquals(
        "Cannot %s: the output column 'ID' exists already; drop it or choose another name"
            .formatted(doing()),
        assertThrows(KindlingException.class, () -> stage.transform(rows(spark))).getMessage());
  }

  @Test
  void columnNamesMayHoldDotsAndBackticks(SparkSession spark) {
    S stage = configured();
    Dataset<Row> rows = rows(spark).withColumnRenamed(stage.getInputCol(), "in.p`ut");
    S renamed = configured();
    renamed.set(renamed.inputCol(), "in.p`ut");
    renamed.set(renamed.outputCol(), "out.put");
    assertEquals(
        rows.count(), renamed.transform(rows).filter("`out.put` is not null or true").count());
  }

  /** All rows in the order of their id; rows of bytes are equal by content. */
  static List<Row> output(Dataset<Row> rows) {
    return new ArrayList<>(rows.orderBy("id").collectAsList());
  }
}
