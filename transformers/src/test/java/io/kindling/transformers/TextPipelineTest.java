/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.kindling.input.SequenceColumn;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.RegexTokenizer;
import org.apache.spark.ml.feature.StopWordsRemover;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From raw text to padded token ids. */
@ExtendWith(LocalSpark.class)
class TextPipelineTest {

  private static Dataset<Row> texts(SparkSession spark, String... texts) {
    List<Row> rows = new ArrayList<>();
    for (String text : texts) {
      rows.add(RowFactory.create((long) rows.size(), text));
    }
    return spark.createDataFrame(
        spark
            .createDataFrame(rows, new StructType().add("id", "long").add("text", "string"))
            .toJavaRDD(),
        new StructType().add("id", "long").add("text", "string"));
  }

  private static Pipeline pipeline(RegexTokenizer tokenizer, StopWordsRemover remover) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              tokenizer.setInputCol("text").setOutputCol("tokens").setPattern("[^a-z']+"),
              remover.setInputCol("tokens").setOutputCol("words"),
              new VocabularyIndexer().setInputCol("words").setOutputCol("ids").setMinDF(1),
              new SequencePadder().setInputCol("ids").setOutputCol("sequence").setLength(3)
            });
  }

  private static List<String> sequences(PipelineModel model, Dataset<Row> rows) {
    return model.transform(rows).orderBy("id").collectAsList().stream()
        .map(row -> row.<Row>getAs("sequence"))
        .map(row -> row == null ? "null" : row.getList(0) + " " + row.get(1) + " " + row.get(2))
        .toList();
  }

  private static final String[] TRAINING = {"The film is good, good, good!", "A bad film"};

  private static final List<String> WANTED =
      List.of("[0, 4, 3] 1 2", "[1, 1, 2] 0 3", "[0, 0, 0] 0 0", "[0, 0, 0] 0 0", "null");

  private static final String[] UNSEEN = {
    "A BAD film", "good: never watched something so good", "", "the", null
  };

  @Test
  void sparksOwnStagesCompose(SparkSession spark) {
    PipelineModel model =
        pipeline(new RegexTokenizer(), new StopWordsRemover()).fit(texts(spark, TRAINING));
    assertEquals(WANTED.subList(0, 4), sequences(model, texts(spark, Arrays.copyOf(UNSEEN, 4))));
  }

  @Test
  void withOurTokenizerANullTextStaysNullToTheEnd(SparkSession spark) {
    PipelineModel model =
        pipeline(new TextTokenizer(), new CommonWordsRemover())
            .fit(texts(spark, "The film is good, good, good!", null, "A bad film"));
    assertEquals(WANTED, sequences(model, texts(spark, UNSEEN)));
    assertEquals(
        OptionalInt.of(5),
        SequenceColumn.vocabulary(
            model.transform(texts(spark, UNSEEN)).schema().apply("sequence").metadata()));
  }

  @Test
  void ourTokenizerAndRemoverGiveTheWordsOfSparks(SparkSession spark) {
    Dataset<Row> rows =
        texts(spark, "It's THE film; isn't it?", "", "  a b  ", "Ünïcode Straße, naïve — 3.14");
    for (boolean sensitive : new boolean[] {false, true}) {
      List<List<Row>> found = new ArrayList<>();
      for (boolean ours : new boolean[] {false, true}) {
        RegexTokenizer tokenizer = ours ? new TextTokenizer() : new RegexTokenizer();
        StopWordsRemover remover = ours ? new CommonWordsRemover() : new StopWordsRemover();
        tokenizer
            .setInputCol("text")
            .setOutputCol("tokens")
            .setToLowercase(!sensitive)
            .setMinTokenLength(2);
        remover.setInputCol("tokens").setOutputCol("words").setCaseSensitive(sensitive);
        found.add(remover.transform(tokenizer.transform(rows)).orderBy("id").collectAsList());
      }
      assertEquals(found.get(0), found.get(1));
    }
  }

  @Test
  void savedCopiedAndLoadedItGivesTheSame(SparkSession spark, @TempDir Path folder)
      throws Exception {
    Pipeline pipeline = pipeline(new TextTokenizer(), new CommonWordsRemover());
    pipeline.save(folder.resolve("pipeline").toString());
    PipelineModel model =
        Pipeline.load(folder.resolve("pipeline").toString()).fit(texts(spark, TRAINING));
    String path = folder.resolve("model").toString();
    model.save(path);
    PipelineModel loaded = PipelineModel.load(path);
    assertInstanceOf(TextTokenizer.class, loaded.stages()[0]);
    assertInstanceOf(CommonWordsRemover.class, loaded.stages()[1]);
    assertEquals(WANTED, sequences(loaded, texts(spark, UNSEEN)));
    assertEquals(WANTED, sequences(model.copy(new ParamMap()), texts(spark, UNSEEN)));
    assertEquals(
        model.transformSchema(texts(spark, "a").schema()).catalogString(),
        model.transform(texts(spark, "a")).schema().catalogString());
    assertEquals("[^a-z']+", TextTokenizer.load(path(loaded, path, 0)).getPattern());
    assertEquals("tokens", CommonWordsRemover.load(path(loaded, path, 1)).getInputCol());
  }

  private static String path(PipelineModel model, String path, int stage) {
    return path + "/stages/" + stage + "_" + model.stages()[stage].uid();
  }

  @Test
  void aTextOfAHundredThousandWordsIsCutToItsEnd(SparkSession spark) {
    PipelineModel model =
        pipeline(new TextTokenizer(), new CommonWordsRemover()).fit(texts(spark, TRAINING));
    assertEquals(
        List.of("[2, 4, 3] 0 3"),
        sequences(model, texts(spark, "good ".repeat(100_000) + "bad film")));
  }
}
