/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.SequenceColumn;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class VocabularyIndexerTest {

  private static VocabularyIndexer indexer() {
    return new VocabularyIndexer("indexer").setInputCol("words").setOutputCol("ids").setMinDF(1);
  }

  @SafeVarargs
  private static Dataset<Row> documents(SparkSession spark, List<String>... documents) {
    List<Row> rows = new ArrayList<>();
    for (List<String> document : documents) {
      rows.add(RowFactory.create((long) rows.size(), document));
    }
    return documents(spark, rows);
  }

  private static Dataset<Row> documents(SparkSession spark, List<Row> rows) {
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("id", "long")
            .add("words", DataTypes.createArrayType(DataTypes.StringType)));
  }

  private static List<List<Integer>> ids(VocabularyIndexerModel model, Dataset<Row> rows) {
    return model.transform(rows).orderBy("id").collectAsList().stream()
        .map(row -> row.isNullAt(2) ? null : row.<Integer>getList(2))
        .toList();
  }

  private static String message(Runnable failing) {
    return assertThrows(KindlingException.class, failing::run).getMessage();
  }

  private static final StructType WORDS =
      new StructType().add("id", DataTypes.IntegerType).add("word", DataTypes.StringType);

  @Test
  void hasTheseDefaults() {
    VocabularyIndexer fresh = new VocabularyIndexer();
    assertEquals(2, fresh.getMinDF());
    assertEquals(20_000, fresh.getMaxSize());
    assertEquals(fresh.uid() + "__output", fresh.getOutputCol());
  }

  @Test
  void wordsComeByFallingOccurrencesThenByCodePoints(SparkSession spark) {
    // By UTF-16 units U+1F600 would come before U+FF5E.
    Dataset<Row> rows =
        documents(
            spark,
            List.of("b", "b", "b", "a", "\uFF5E", "\uD83D\uDE00"),
            List.of("c", "c", "a", "Z", "é"));
    VocabularyIndexerModel model = indexer().fit(rows);
    assertEquals(List.of("b", "a", "c", "Z", "é", "\uFF5E", "\uD83D\uDE00"), model.vocabulary());
    assertEquals(9, model.size());
    assertEquals(2, model.indexOf("b"));
    assertEquals(8, model.indexOf("\uD83D\uDE00"));
    assertEquals(1, model.indexOf("z"));
    assertEquals(1, model.indexOf(null));
  }

  @Test
  void whatIsNotInTheVocabularyIsUnknownNullStaysNullAndNothingStaysNothing(SparkSession spark) {
    VocabularyIndexerModel model = indexer().fit(documents(spark, List.of("a", "a", "b")));
    assertEquals(
        Arrays.asList(List.of(3, 1, 2), List.of(), null, List.of(1, 2)),
        ids(
            model,
            documents(spark, List.of("b", "new", "a"), List.of(), null, Arrays.asList(null, "a"))));
  }

  @Test
  void nullDocumentsAndNullWordsDoNotCount(SparkSession spark) {
    VocabularyIndexerModel model =
        indexer()
            .setMinDF(0.5)
            .fit(documents(spark, null, Arrays.asList("a", null, null), null, List.of("b")));
    assertEquals(List.of("a", "b"), model.vocabulary());
  }

  @Test
  void minDfCountsDocumentsNotOccurrences(SparkSession spark) {
    Dataset<Row> rows =
        documents(
            spark, List.of("x", "x", "x", "y"), List.of("y", "z"), List.of("z", "z"), List.of());
    assertEquals(List.of("z", "y"), indexer().setMinDF(2).fit(rows).vocabulary());
    assertEquals(List.of("z", "y"), indexer().setMinDF(0.5).fit(rows).vocabulary());
    assertEquals(List.of("x", "z", "y"), indexer().setMinDF(0.25).fit(rows).vocabulary());
  }

  @Test
  void aShareThatIsExactIsEnough(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (long i = 0; i < 30; i++) {
      rows.add(RowFactory.create(i, i < 3 ? List.of("a") : List.of("b")));
    }
    // 0.1 * 30 is above 3 in binary.
    assertEquals(
        List.of("b", "a"), indexer().setMinDF(0.1).fit(documents(spark, rows)).vocabulary());
  }

  @Test
  void maxSizeHoldsTheReservedIdsToo(SparkSession spark) {
    Dataset<Row> rows = documents(spark, List.of("a", "a", "a", "b", "b", "c"));
    VocabularyIndexerModel model = indexer().setMaxSize(4).fit(rows);
    assertEquals(List.of("a", "b"), model.vocabulary());
    assertEquals(4, model.size());
  }

  @Test
  void partitioningAndOrderChangeNothing(SparkSession spark) {
    List<Row> rows =
        new ArrayList<>(
            IntStream.range(0, 500)
                .mapToObj(
                    i ->
                        RowFactory.create(
                            (long) i, List.of("w" + i % 70, "v" + i % 70, "u" + i % 7)))
                .toList());
    VocabularyIndexer indexer = indexer().setMaxSize(80);
    List<String> words = indexer.fit(documents(spark, rows).coalesce(1)).vocabulary();
    Collections.reverse(rows);
    assertEquals(78, words.size());
    assertEquals(words, indexer.fit(documents(spark, rows).repartition(13)).vocabulary());
    Dataset<Row> some = documents(spark, rows);
    VocabularyIndexerModel model = indexer.fit(some);
    assertEquals(ids(model, some.coalesce(1)), ids(model, some.repartition(11)));
  }

  @Test
  void aTextOfManyWordsIsCountedAndIndexed(SparkSession spark) {
    List<String> words = IntStream.range(0, 100_000).mapToObj(i -> "w" + i % 50_000).toList();
    Dataset<Row> rows = documents(spark, words);
    VocabularyIndexerModel model = indexer().fit(rows);
    assertEquals(20_000, model.size());
    List<Integer> ids = ids(model, rows).get(0);
    assertEquals(100_000, ids.size());
    assertEquals(2 * 19_998, ids.stream().filter(id -> id > 1).count());
  }

  @Test
  void theAddedColumnTellsTheSizeOfTheVocabulary(SparkSession spark) {
    Dataset<Row> rows = documents(spark, List.of("a", "b"));
    VocabularyIndexerModel model = indexer().fit(rows);
    StructType schema = model.transform(rows).schema();
    assertEquals(OptionalInt.of(4), SequenceColumn.vocabulary(schema.apply("ids").metadata()));
    assertEquals(schema.apply("ids"), model.transformSchema(rows.schema()).apply("ids"));
  }

  @Test
  void saysWhyThereIsNoVocabulary(SparkSession spark) {
    assertEquals(
        "Cannot index words: column 'words' holds no documents to learn a vocabulary from",
        message(() -> indexer().fit(documents(spark, (List<String>) null))));
    assertEquals(
        "Cannot index words: no word of column 'words' is in enough of its 2 documents; minDF is"
            + " 2.0",
        message(() -> indexer().setMinDF(2).fit(documents(spark, List.of("a"), List.of("b")))));
    assertEquals(
        "Cannot index words: no word of column 'words' is in enough of its 1 documents; minDF is"
            + " 0.5",
        message(() -> indexer().setMinDF(0.5).fit(documents(spark, List.<String>of()))));
  }

  @Test
  void saysWhichColumnIsWrong(SparkSession spark) {
    Dataset<Row> rows = documents(spark, List.of("a"));
    assertEquals(
        "Cannot index words: there is no column 'text'; the columns are [id, words]",
        message(() -> indexer().setInputCol("text").fit(rows)));
    assertEquals(
        "Cannot index words: column 'id' must be of type array<string>, it is of type bigint",
        message(() -> indexer().setInputCol("id").fit(rows)));
    VocabularyIndexerModel model = indexer().fit(rows);
    assertEquals(
        "Cannot index words: the output column 'ID' exists already; drop it or choose another name",
        message(() -> model.setOutputCol("ID").transform(rows)));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> indexer().setMaxSize(2))
            .getMessage()
            .contains("maxSize given invalid value 2"));
  }

  @Test
  void copiesKeepWordsAndParams(SparkSession spark) {
    Dataset<Row> rows = documents(spark, List.of("a", "b"));
    VocabularyIndexer indexer = indexer().copy(new ParamMap());
    assertEquals(1, indexer.getMinDF());
    VocabularyIndexerModel model = indexer.fit(rows);
    assertSame(indexer, model.parent());
    VocabularyIndexerModel copy = model.copy(new ParamMap().put(model.outputCol(), "elsewhere"));
    assertNotSame(model, copy);
    assertEquals(model.uid(), copy.uid());
    assertEquals("ids", model.getOutputCol());
    assertEquals("elsewhere", copy.getOutputCol());
    assertEquals(ids(model, rows), ids(copy, rows));
    assertSame(indexer, copy.parent());
  }

  @Test
  void savedAndLoadedItIsTheSame(SparkSession spark, @TempDir Path folder) throws Exception {
    VocabularyIndexer indexer = indexer().setMaxSize(50);
    indexer.save(folder.resolve("indexer").toString());
    VocabularyIndexer loadedIndexer = VocabularyIndexer.load(folder.resolve("indexer").toString());
    assertEquals(indexer.extractParamMap().toString(), loadedIndexer.extractParamMap().toString());

    Dataset<Row> rows = documents(spark, List.of("b", "é", "b"), List.of("a", ""));
    VocabularyIndexerModel model = indexer.fit(rows);
    String path = folder.resolve("model").toString();
    model.save(path);
    VocabularyIndexerModel loaded = VocabularyIndexerModel.load(path);
    assertEquals(model.uid(), loaded.uid());
    assertEquals(model.vocabulary(), loaded.vocabulary());
    assertEquals(model.extractParamMap().toString(), loaded.extractParamMap().toString());
    assertEquals(ids(model, rows), ids(loaded, rows));
    assertTrue(Files.readString(Path.of(path, "data", "words.json")).contains("\"words\":[\"b\","));
  }

  @Test
  void aDamagedVocabularyIsNotLoaded(SparkSession spark, @TempDir Path folder) throws Exception {
    String path = folder.resolve("model").toString();
    indexer().fit(documents(spark, List.of("a", "b"))).save(path);
    replaceWords(spark, path, RowFactory.create(2, "a"), RowFactory.create(3, "a"));
    assertEquals(
        "Cannot load the model "
            + path
            + ": Cannot make a vocabulary: the word 'a' is there twice, the second time as id 3",
        message(() -> VocabularyIndexerModel.load(path)));
    replaceWords(spark, path, RowFactory.create(2, "a"), RowFactory.create(4, "b"));
    assertEquals(
        "Cannot load the model "
            + path
            + ": its 2 words must have the ids 2 to 3, each once; the id 4 of 'b' is wrong",
        message(() -> VocabularyIndexerModel.load(path)));
    replaceWords(spark, path, RowFactory.create(2, "a"), RowFactory.create(2, "b"));
    assertTrue(message(() -> VocabularyIndexerModel.load(path)).contains("the id 2 of '"));
    replaceWords(spark, path, RowFactory.create(2, null));
    assertEquals(
        "Cannot load the model "
            + path
            + ": Cannot make a vocabulary: there is no word for id 2 (null)",
        message(() -> VocabularyIndexerModel.load(path)));
    spark.range(1).write().mode(SaveMode.Overwrite).parquet(path + "/data");
    assertEquals(
        "Cannot load the model "
            + path
            + ": Cannot read the words: column 'id' must be of type int, it is of type bigint",
        message(() -> VocabularyIndexerModel.load(path)));
    assertEquals(
        "Cannot load the model " + folder.resolve("none") + ": no model was saved there",
        message(() -> VocabularyIndexerModel.load(folder.resolve("none").toString())));
  }

  @Test
  void otherWordsThanWereSavedAreNotLoaded(SparkSession spark, @TempDir Path folder)
      throws Exception {
    String path = folder.resolve("model").toString();
    indexer().fit(documents(spark, List.of("a", "b"))).save(path);
    Path words = Path.of(path, "data", "words.json");
    String saved = Files.readString(words);
    String hash = saved.substring(11, 75);
    Files.delete(Path.of(path, "data", ".words.json.crc"));
    Files.writeString(words, saved.replace("\"b\"", "\"c\""));
    assertTrue(
        message(() -> VocabularyIndexerModel.load(path))
            .matches(
                "Cannot load the model .*: the words in its words.json have SHA-256 [0-9a-f]{64}, but "
                    + hash
                    + " was saved; copy the model folder anew"));
    Files.writeString(words, saved.substring(0, saved.length() - 3));
    assertTrue(
        message(() -> VocabularyIndexerModel.load(path))
            .startsWith("Cannot load the model " + path + ": its words.json is damaged: "));
  }

  /** As versions before wrote it. */
  private static void replaceWords(SparkSession spark, String path, Row... rows) {
    spark
        .createDataFrame(List.of(rows), WORDS)
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(path + "/data");
  }

  @Test
  void aModelMayBeMadeOfGivenWords(SparkSession spark) {
    VocabularyIndexerModel model =
        new VocabularyIndexerModel(List.of("good", "bad")).setInputCol("words").setOutputCol("ids");
    assertEquals(List.of(List.of(3, 2)), ids(model, documents(spark, List.of("bad", "good"))));
    assertFalse(model.hasParent());
    assertNull(model.parent());
  }
}
