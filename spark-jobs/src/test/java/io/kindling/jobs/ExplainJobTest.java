/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.testkit.LocalSpark;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Job {@code explain}, from generated data to the page. */
@ExtendWith(LocalSpark.class)
class ExplainJobTest {
  private static final JobRuns JOBS = new JobRuns();

  /** What a review's opinion is made of, as its grammar has it. */
  private static final Set<String> QUALITIES =
      Set.of(
          ("good wonderful great brilliant funny lovely moving clever fresh charming superb gripping"
                  + " warm honest elegant memorable bad awful terrible dull boring clumsy stale silly"
                  + " tedious weak dreadful shallow noisy cold hollow forgettable")
              .split(" "));

  /** What says which of two qualities holds. */
  private static final Set<String> PIVOTS =
      Set.of("not but more than nothing here hardly never always although even many".split(" "));

  @TempDir private static Path folder;

  @BeforeAll
  static void prepareAndTrain(SparkSession spark) {
    assertFalse(spark.sparkContext().isStopped());
    run("prepare", "format=generated", "generated.rows=500", "output=" + folder.resolve("digits"));
    run(
        "train",
        "input=" + folder.resolve("digits"),
        "model=" + folder.resolve("digit-model"),
        "network.layers=[{conv2d {filters = 8, kernel-size = 3, activation = relu}}, max-pooling2d, flatten, {dense {units = 24, activation = relu}}, {dropout {rate = 0.2}}]",
        "training.epochs=4",
        "training.learning-rate=0.003",
        "training.workers=2");
    run(
        "prepare",
        "format=generated-reviews",
        "generated.rows=2500",
        "output=" + folder.resolve("reviews"));
    run(
        "train",
        "input=" + folder.resolve("reviews"),
        "model=" + folder.resolve("review-model"),
        "network.layers=[{embedding {output-dim = 16}}, {conv1d {filters = 32, kernel-size = 5, padding = same, activation = relu}}, global-max-pooling1d]",
        "text.length=30",
        "training.epochs=8",
        "training.learning-rate=0.01",
        "training.workers=2");
  }

  private static void run(String job, String... settings) {
    assertEquals(0, JOBS.run(job, List.of(settings)), JOBS.err::toString);
  }

  private static JsonNode explain(String set, String model, String output, String... settings)
      throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "input=" + folder.resolve(set),
                "model=" + folder.resolve(model),
                "output=" + folder.resolve(output)));
    all.addAll(List.of(settings));
    assertEquals(0, JOBS.run("explain", all), JOBS.err::toString);
    return new ObjectMapper().readTree(folder.resolve(output).resolve("explanation.json").toFile());
  }

  @Test
  void digitsAreExplainedAsPicturesAndFigures() throws Exception {
    JsonNode report = explain("digits", "digit-model", "digits-explained", "explain.rows=5");
    JsonNode summary = JOBS.summary();
    assertEquals("explain", summary.get("job").asText());
    assertEquals(5, summary.get("rowsRead").asInt());
    assertEquals(5, summary.get("rowsExplained").asInt());
    assertEquals(0, summary.get("rowsBad").asInt());
    assertEquals(folder.resolve("digits-explained").toString(), summary.get("output").asText());
    assertEquals(5, report.get("examples").size());
    double gaps = 0;
    for (JsonNode example : report.get("examples")) {
      JsonNode content = example.get("content");
      assertEquals(28 * 28, content.get("attributions").size());
      assertEquals(28 * 28, content.get("occlusion").size());
      double sum = 0;
      for (JsonNode attribution : content.get("attributions")) {
        sum += attribution.asDouble();
      }
      double difference = example.get("score").asDouble() - example.get("baselineScore").asDouble();
      assertEquals(difference + example.get("gap").asDouble(), sum, 1e-3);
      assertEquals(0, example.get("gap").asDouble(), 0.05 * Math.abs(difference) + 0.05);
      gaps += Math.abs(example.get("gap").asDouble()) / 5;
      assertEquals(example.get("prediction"), example.get("explained"));
      assertTrue(example.get("probability").asDouble() > 0.1);
      assertTrue(example.get("agreement").asDouble() > 0.3, example::toString);
      Path picture = folder.resolve("digits-explained").resolve(content.get("picture").asText());
      BufferedImage sheet = ImageIO.read(picture.toFile());
      assertEquals(224, sheet.getHeight());
      assertEquals(3 * 224 + 2 * 8, sheet.getWidth());
    }
    assertEquals(gaps, summary.get("meanCompletenessGap").asDouble(), 1e-9);
    assertEquals(gaps, report.get("meanCompletenessGap").asDouble(), 1e-9);

    Document page = page("digits-explained");
    NodeList images = page.getElementsByTagName("img");
    assertEquals(15, images.getLength());
    for (int i = 0; i < images.getLength(); i++) {
      Element image = (Element) images.item(i);
      assertFalse(image.getAttribute("alt").isBlank());
      byte[] png = png(image.getAttribute("src"));
      assertEquals(28, ImageIO.read(new ByteArrayInputStream(png)).getWidth());
    }
    String text = page.getDocumentElement().getTextContent();
    for (JsonNode example : report.get("examples")) {
      assertTrue(text.contains(example.get("origin").asText()));
      assertTrue(text.contains(number(example.get("score")) + ", of the baseline "), text);
      assertTrue(text.contains(number(example.get("gap"))), text);
      assertTrue(text.contains(number(example.get("agreement"))), text);
    }
  }

  @Test
  void reviewsAreExplainedByTheWordsThatDecide(SparkSession spark) throws Exception {
    JsonNode report =
        explain(
            "reviews", "review-model", "reviews-explained", "explain.rows=40", "explain.steps=64");
    int first = 0;
    double ofQualities = 0;
    double ofOthers = 0;
    int qualities = 0;
    int others = 0;
    for (JsonNode example : report.get("examples")) {
      JsonNode words = example.get("content").get("words");
      String text =
          spark
              .read()
              .parquet(folder.resolve("reviews").toString())
              .filter(col("origin").equalTo(example.get("origin").asText()))
              .select("text")
              .first()
              .getString(0);
      List<String> all = List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"));
      List<String> shown = new ArrayList<>();
      words.forEach(word -> shown.add(word.get("word").asText()));
      int cut = example.get("content").get("cutBefore").asInt();
      assertEquals(all.size() - shown.size(), cut);
      assertEquals(0, example.get("content").get("cutAfter").asInt());
      assertEquals(all.subList(cut, all.size()), shown);
      JsonNode most = words.get(0);
      for (JsonNode word : words) {
        double size = Math.abs(word.get("attribution").asDouble());
        most = size > Math.abs(most.get("attribution").asDouble()) ? word : most;
        if (QUALITIES.contains(word.get("word").asText())) {
          ofQualities += size;
          qualities++;
        } else {
          ofOthers += size;
          others++;
        }
      }
      String word = most.get("word").asText();
      first += QUALITIES.contains(word) || PIVOTS.contains(word) ? 1 : 0;
    }
    assertTrue(first >= 36, "in %d of 40 a word that decides counts most".formatted(first));
    assertTrue(ofQualities / qualities > 2 * ofOthers / others);
    assertTrue(report.get("meanAgreement").asDouble() > 0.3, report.get("meanAgreement")::asText);

    NodeList spans = page("reviews-explained").getElementsByTagName("span");
    List<String> titles = new ArrayList<>();
    for (int i = 0; i < spans.getLength(); i++) {
      Element span = (Element) spans.item(i);
      if (span.hasAttribute("title")) {
        titles.add(span.getTextContent() + " " + span.getAttribute("title"));
      }
    }
    List<String> expected = new ArrayList<>();
    for (JsonNode example : report.get("examples")) {
      for (JsonNode word : example.get("content").get("words")) {
        expected.add(word.get("word").asText() + " " + number(word.get("attribution")));
      }
    }
    assertEquals(expected, titles);
  }

  @Test
  void badRowsAreCountedAndShownOrFailTheJob(SparkSession spark) throws Exception {
    String set = folder.resolve("some-bad").toString();
    spark
        .read()
        .parquet(folder.resolve("digits").toString())
        .limit(6)
        .drop("split")
        .withColumn("image", when(col("origin").endsWith("2"), lit(null)).otherwise(col("image")))
        .coalesce(1)
        .write()
        .parquet(set);
    long bad = spark.read().parquet(set).filter("image is null").count();
    assertTrue(bad > 0 && bad < 6);
    JsonNode report =
        explain("some-bad", "digit-model", "some-explained", "on-bad-row=skip", "explain.steps=8");
    JsonNode summary = JOBS.summary();
    assertEquals(6, summary.get("rowsRead").asLong());
    assertEquals(bad, summary.get("rowsBad").asLong());
    assertEquals(6 - bad, summary.get("rowsExplained").asLong());
    assertEquals(bad, report.get("bad").size());
    assertEquals("no input (null)", report.get("bad").get(0).get("problem").asText());
    assertTrue(
        page("some-explained").getDocumentElement().getTextContent().contains(": no input (null)"));
    String origin = report.get("bad").get(0).get("origin").asText();
    assertFails(
        "Cannot explain row %s: no input (null); set on-bad-row to leave bad rows out"
            .formatted(origin),
        set,
        "none");
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @Test
  void rowsMayBeChosenByOriginAndAnOlderPageIsReplacedOnlyWhereAsked() throws Exception {
    List<String> chosen = new ArrayList<>();
    JsonNode first = explain("digits", "digit-model", "again", "explain.rows=3", "explain.steps=8");
    first.get("examples").forEach(example -> chosen.add(example.get("origin").asText()));
    assertEquals(3, chosen.size());
    String digits = folder.resolve("digits").toString();
    assertFails(
        "Cannot write %s: it exists already; choose another output, or set overwrite = true"
            .formatted(folder.resolve("again")),
        digits,
        "again");
    JsonNode one =
        explain(
            "digits",
            "digit-model",
            "again",
            "overwrite=true",
            "explain.steps=8",
            "explain.class=4",
            "explain.origins=[\"%s\"]".formatted(chosen.get(2)));
    assertEquals(1, one.get("examples").size());
    assertEquals(chosen.get(2), one.get("examples").get(0).get("origin").asText());
    assertEquals("4", one.get("examples").get(0).get("explained").asText());
    assertFalse(Files.exists(folder.resolve("again/images/2.png")));
    assertFails(
        "Cannot explain: %s has no row of the origin nowhere (explain.origins) in the part that was asked for (split)"
            .formatted(digits),
        digits,
        "none",
        "explain.origins=[nowhere]");
    assertFails(
        "Cannot explain class four: the network knows no class of that name; the nearest is 0",
        digits,
        "none",
        "explain.class=four");
    Files.createDirectories(folder.resolve("somebodys/folder"));
    assertFails(
        "Cannot overwrite file:%s: it does not look like explanations (no explanation.json in it), so it is left alone"
            .formatted(folder.resolve("somebodys")),
        digits,
        "somebodys",
        "overwrite=true",
        "explain.rows=1",
        "explain.steps=8");
  }

  @Test
  void settingsOutOfRangeAreNamedBeforeSparkStarts() {
    for (String setting :
        List.of("explain.steps=7", "explain.rows=0", "explain.baseline=white", "explain.rwos=3")) {
      assertEquals(2, JOBS.run("explain", List.of("input=a", "model=b", "output=c", setting)));
      assertTrue(
          JOBS.lastLine().contains(setting.substring(0, setting.indexOf('='))), JOBS.lastLine());
    }
    assertEquals(2, JOBS.run("explain", List.of("input=a", "model=b")));
    assertEquals(
        "error: Cannot explain: key 'output' is not set; give the folder to write with --set"
            + " output=..., or in a --conf file",
        JOBS.lastLine());
  }

  @Test
  void aSeriesIsShownStepByStep() throws Exception {
    run(
        "prepare",
        "format=generated-sequences",
        "generated.rows=60",
        "output=" + folder.resolve("waves"));
    run(
        "train",
        "input=" + folder.resolve("waves"),
        "model=" + folder.resolve("wave-model"),
        "network.layers=[{lstm {units = 4}}]",
        "training.epochs=1",
        "training.workers=1");
    JsonNode report =
        explain("waves", "wave-model", "waves-explained", "explain.rows=2", "explain.steps=8");
    JsonNode content = report.get("examples").get(0).get("content");
    int steps = content.get("values").size();
    assertTrue(steps > 1);
    assertEquals(steps, content.get("attributions").size());
    assertEquals(steps, content.get("occlusion").size());
    assertEquals(2, page("waves-explained").getElementsByTagName("table").getLength());
  }

  private static void assertFails(String message, String set, String output, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "input=" + set,
                "model=" + folder.resolve("digit-model"),
                "output=" + folder.resolve(output)));
    all.addAll(List.of(settings));
    assertEquals(1, JOBS.run("explain", all));
    assertEquals("error: " + message, JOBS.lastLine());
  }

  private static byte[] png(String dataUri) {
    return Base64.getDecoder().decode(dataUri.substring(dataUri.indexOf(',') + 1));
  }

  /** As the page writes it. */
  private static String number(JsonNode value) {
    return String.format(Locale.ROOT, "%.4g", value.asDouble());
  }

  /** The page, which must be XML and need nothing from elsewhere. */
  private static Document page(String output) throws Exception {
    String html = Files.readString(folder.resolve(output).resolve("explanation.html"));
    assertTrue(html.startsWith("<!DOCTYPE html>"), html.substring(0, 40));
    String without = html.replace("http://www.w3.org/1999/xhtml", "");
    assertFalse(
        without.contains("http:") || without.contains("https:") || without.contains("url("));
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
  }
}
