/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.evaluation.ClassificationReport;
import io.kindling.evaluation.ShownExamples;
import io.kindling.model.EpochSummary;
import io.kindling.model.RoundLedger;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** Pages of predictions that were made up: hostile names, many classes, no mistakes. */
@ExtendWith(LocalSpark.class)
class EvaluationPageTest {
  private static final String HOSTILE =
      "</style><script>alert('&amp;')</script>\"'\u0000\u0008 <b>é😀";

  @TempDir private Path folder;

  /** Rows whose classes are told apart better the greater {@code sureness}. */
  private static Dataset<Row> rows(SparkSession spark, int classes, double sureness) {
    Random random = new Random(classes);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int label = random.nextInt(classes);
      double[] raw = random.doubles(classes, 0, 1).map(Math::exp).toArray();
      raw[label] += sureness;
      double sum = Arrays.stream(raw).sum();
      double[] probabilities = Arrays.stream(raw).map(r -> r / sum).toArray();
      int best = IntStream.range(0, classes).reduce(0, (a, b) -> raw[b] > raw[a] ? b : a);
      rows.add(
          RowFactory.create(
              (double) label,
              (double) best,
              Vectors.dense(probabilities),
              "row " + i + HOSTILE,
              "Text " + i + ": " + HOSTILE));
    }
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("label", DataTypes.DoubleType)
            .add("prediction", DataTypes.DoubleType)
            .add("probability", SQLDataTypes.VectorType())
            .add("origin", DataTypes.StringType)
            .add("text", DataTypes.StringType));
  }

  private static List<EpochSummary> history() {
    List<EpochSummary> history = new ArrayList<>();
    for (int epoch = 1; epoch <= 12; epoch++) {
      double loss = 2.0 / epoch + 0.1;
      history.add(
          new EpochSummary(
              epoch,
              loss,
              Map.of("loss", loss + 0.02 * epoch, "accuracy", 1 - loss / 3, "auc", 1 - loss / 9),
              1,
              1,
              RoundLedger.EMPTY));
    }
    return history;
  }

  private Path written(
      SparkSession spark, int classes, double sureness, List<EpochSummary> history) {
    return written(
        rows(spark, classes, sureness),
        classes,
        new ShownExamples(24, "origin", "text"),
        history,
        "page-" + classes + "-" + sureness);
  }

  private Path written(
      Dataset<Row> rows,
      int classes,
      ShownExamples shown,
      List<EpochSummary> history,
      String name) {
    List<String> names = IntStream.range(0, classes).mapToObj(c -> c + HOSTILE).toList();
    ClassificationReport report =
        ClassificationReport.of(rows, "label", "prediction", "probability", names, shown);
    Path written = folder.resolve(name);
    EvaluationFolder.write(
        new Evaluation(
            "2026-01-01T00:00:00Z",
            "/models/" + HOSTILE,
            "texts",
            "/data",
            null,
            report.metrics().examples(),
            3,
            report.metrics().asMap(),
            report,
            null,
            history),
        new Configuration(),
        written.toString(),
        false);
    return written;
  }

  @Test
  void textsCurvesAndNamesOfAnyCharactersAreShownAsTheyAre(SparkSession spark) throws Exception {
    OpenedPage page = OpenedPage.of(written(spark, 2, 1.2, history()), temporary());
    PageAssertions assertions = new PageAssertions(page);
    assertions.metrics();
    assertions.curves();
    assertions.history();
    assertEquals(0, page.all("//script").size());
    String shown = HOSTILE.replaceAll("[\u0000\u0008]", "\ufffd");
    assertEquals(
        "0" + shown,
        page.all("//table[@class='classes']//th[@scope='row']").get(0).getTextContent());
    List<Element> texts = page.all("//figure[@data-mistake]/blockquote");
    assertEquals(24, texts.size());
    for (Element text : texts) {
      assertTrue(
          text.getTextContent().matches("(?s)Text \\d+: .*")
              && text.getTextContent().endsWith(shown));
      page.assertDrawn(text);
    }
    assertEquals(
        "Rows400, and 3 bad that could not be measured",
        page.all("//*[@class='facts']/div").get(3).getTextContent());
  }

  @Test
  void manyClassesHaveASmallerMatrixOrNone(SparkSession spark) throws Exception {
    OpenedPage small = OpenedPage.of(written(spark, 40, 1.2, List.of()), temporary());
    new PageAssertions(small).metrics();
    assertEquals(1600, small.all("//td[@data-metric='confusion']").size());
    assertEquals(0, small.all("//*[@data-curve='loss']").size());
    OpenedPage none = OpenedPage.of(written(spark, 70, 1.2, List.of()), temporary());
    new PageAssertions(none).classification(false);
    assertEquals(0, none.all("//td[@data-metric='confusion']").size());
    assertEquals(10, none.all("//*[@data-metric='mistake']").size());
  }

  @Test
  void sequencesAreShownAsCurvesAndWhatCannotBeShownByName(SparkSession spark) throws Exception {
    Dataset<Row> rows =
        rows(spark, 3, 1.2)
            .withColumn("waves", expr("array(array(1f, 2f), array(3f, label), array(2f, 0f))"));
    Path waves = written(rows, 3, new ShownExamples(24, "", "waves"), List.of(), "waves");
    OpenedPage page = OpenedPage.of(waves, temporary());
    for (Element figure : page.all("//figure[@data-mistake]")) {
      assertEquals(1, figure.getElementsByTagName("svg").getLength());
      page.assertDrawn((Element) figure.getElementsByTagName("path").item(0));
    }
    assertEquals(24, page.all("//figure//*[@data-curve='steps.1']").size());
    assertEquals(0, page.all("//*[@class='origin']").size());
    Path bare = written(rows, 3, new ShownExamples(24, "origin", ""), List.of(), "bare");
    OpenedPage names = OpenedPage.of(bare, temporary());
    assertEquals(24, names.all("//*[@class='origin']").size());
    assertEquals(24, names.all("//*[@class='nothing']").size());
  }

  @Test
  void aModelWithoutMistakesHasAPageWithoutThem(SparkSession spark) throws Exception {
    OpenedPage page = OpenedPage.of(written(spark, 3, 100, List.of()), temporary());
    new PageAssertions(page).classification(true);
    assertEquals(0, page.all("//figure[@data-mistake]").size());
    assertEquals(1, page.all("//p[.='There is no mistake.']").size());
  }

  @Test
  void anEvaluationIsReplacedOnlyWhereThatIsAllowed(SparkSession spark) throws Exception {
    Path written = written(spark, 3, 2, List.of());
    assertEquals(
        "Cannot write file:"
            + written
            + ": it exists already; choose another output, or set overwrite = true",
        assertThrows(KindlingException.class, () -> written(spark, 3, 2, List.of())).getMessage());
    try (var left = Files.list(folder)) {
      assertEquals(List.of(written), left.toList());
    }
    assertFalse(Files.readString(written.resolve("evaluation.json")).contains("NaN"));
  }

  private Path temporary() throws Exception {
    return Files.createTempDirectory(folder, "browser");
  }
}
