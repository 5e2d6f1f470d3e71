/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.w3c.dom.Element;

/** Compares all that a page shows with what its JSON tells. */
public final class PageAssertions {
  /** A tenth of a pixel, of plots some 350 pixels wide, either way of a point. */
  private static final double PLOTTED = 4e-4;

  private final OpenedPage page;
  private final JsonNode json;

  public PageAssertions(OpenedPage page) {
    this.page = page;
    this.json = page.json();
  }

  public void metrics() throws Exception {
    assertTrue(json.get("metrics").size() >= 5);
    for (Map.Entry<String, JsonNode> metric : json.get("metrics").properties()) {
      String path = "//*[@class='tile'][@data-metric='" + metric.getKey() + "']";
      page.assertShows(metric.getValue(), path);
      String shown = page.one(path + "/*[@class='figure']").getTextContent();
      double number = Double.parseDouble(shown.replaceAll("[,%]", ""));
      double expected = metric.getValue().asDouble() * (shown.endsWith("%") ? 100 : 1);
      assertEquals(expected, number, Math.max(5e-5, Math.abs(expected) * 6e-3), metric.getKey());
    }
  }

  public void classification(boolean matrix) throws Exception {
    JsonNode report = json.get("classification");
    if (matrix) {
      matrix(report.get("confusion").get("counts"));
    }
    for (int c = 0; c < report.get("classes").size(); c++) {
      JsonNode figures = report.get("classes").get(c);
      String row = "//tr[@data-class='" + c + "']";
      // What no page can hold is shown by a character that stands for it.
      assertEquals(
          figures.get("name").asText().replaceAll("[\\u0000\\u0008]", "\ufffd"),
          page.one(row + "/th").getTextContent());
      for (String name : List.of("precision", "recall", "f1", "support", "predicted")) {
        page.assertShows(figures.get(name), row + "/td[@data-metric='" + name + "']");
      }
    }
    calibration(report.get("calibration"));
  }

  private void matrix(JsonNode counts) throws Exception {
    int classes = json.get("classification").get("classes").size();
    assertEquals(classes, counts.size());
    assertEquals(classes * classes, page.all("//td[@data-metric='confusion']").size());
    for (int actual = 0; actual < classes; actual++) {
      for (int predicted = 0; predicted < classes; predicted++) {
        String cell =
            "//td[@data-metric='confusion'][@data-actual='%d'][@data-predicted='%d']"
                .formatted(actual, predicted);
        JsonNode count = counts.get(actual).get(predicted);
        page.assertShows(count, cell);
        assertEquals(
            count.asText(),
            page.one(cell + "/*[@class='count']").getTextContent().replace(",", ""));
      }
    }
  }

  private void calibration(JsonNode calibration) throws Exception {
    page.assertShows(calibration.get("expectedError"), "//*[@data-metric='expectedError']");
    page.assertShows(calibration.get("brierScore"), "//*[@data-metric='brierScore']");
    boolean isCurve = !page.all("//*[@data-curve='calibration']").isEmpty();
    List<double[]> curve = isCurve ? page.curve("calibration") : List.of();
    int filled = 0;
    for (int bin = 0; bin < calibration.get("bins").size(); bin++) {
      JsonNode of = calibration.get("bins").get(bin);
      if (of.get("count").asLong() > 0) {
        if (isCurve) {
          assertEquals(of.get("confidence").asDouble(), curve.get(filled)[0], PLOTTED);
          assertEquals(of.get("accuracy").asDouble(), curve.get(filled)[1], PLOTTED);
        }
        filled++;
        String path = "//*[@data-bin='" + bin + "'][@data-metric='calibration.%s']";
        page.assertShows(of.get("count"), path.formatted("count"));
        page.assertShows(of.get("accuracy"), path.formatted("accuracy"));
      }
    }
    assertEquals(filled > 1 ? filled : 0, curve.size());
    assertEquals(filled, page.all("//*[@data-metric='calibration.count']").size());
  }

  public void curves() throws Exception {
    JsonNode curves = json.get("classification").get("curves");
    page.assertShows(curves.get("averagePrecision"), "//*[@data-metric='averagePrecision']");
    List<double[]> roc = page.curve("roc");
    List<double[]> precision = page.curve("precision-recall");
    assertEquals(curves.get("points").size(), roc.size());
    assertEquals(curves.get("points").size(), precision.size());
    for (int i = 0; i < roc.size(); i++) {
      JsonNode point = curves.get("points").get(i);
      assertEquals(point.get("falsePositiveRate").asDouble(), roc.get(i)[0], PLOTTED);
      assertEquals(point.get("recall").asDouble(), roc.get(i)[1], PLOTTED);
      assertEquals(point.get("recall").asDouble(), precision.get(i)[0], PLOTTED);
      assertEquals(point.get("precision").asDouble(), precision.get(i)[1], PLOTTED);
    }
  }

  public void history() throws Exception {
    JsonNode history = json.get("history");
    assertFalse(history.isEmpty());
    assertEquals(history.size(), page.curve("loss").size());
    assertEquals(history.size(), page.curve("validation.loss").size());
    for (JsonNode epoch : history) {
      String point = "//*[@data-epoch='" + epoch.get("epoch").asText() + "'][@data-metric='%s']";
      page.assertShows(epoch.get("loss"), point.formatted("loss"));
      for (String name : List.of("loss", "accuracy", "f1", "auc", "r2")) {
        if (epoch.get("validation").has(name)) {
          page.assertShows(
              epoch.get("validation").get(name), point.formatted("validation." + name));
        }
      }
    }
  }

  /** The examples shown, those of the JSON in its order; returns the elements. */
  public List<Element> worst(JsonNode worst, String figure) throws Exception {
    List<Element> shown = page.all("//figure[@data-mistake]");
    assertEquals(worst.size(), shown.size());
    for (int i = 0; i < shown.size(); i++) {
      assertEquals(
          worst.get(i).get(figure).asDouble(),
          Double.parseDouble(shown.get(i).getAttribute("data-" + figure)));
      assertEquals(
          worst.get(i).path("origin").asText(""), shown.get(i).getAttribute("data-origin"));
    }
    return shown;
  }

  public void regression() throws Exception {
    JsonNode report = json.get("regression");
    page.assertShows(report.get("meanError"), "//*[@data-metric='meanError']");
    for (Map.Entry<String, JsonNode> size : report.get("absoluteErrors").properties()) {
      page.assertShows(size.getValue(), "//*[@data-metric='absoluteErrors." + size.getKey() + "']");
    }
    JsonNode counts = report.get("residuals").get("counts");
    assertEquals(counts.size(), page.all("//*[@data-metric='residuals']").size());
    for (int bin = 0; bin < counts.size(); bin++) {
      page.assertShows(counts.get(bin), "//*[@data-metric='residuals'][@data-bin='" + bin + "']");
    }
    JsonNode cells = report.get("grid").get("cells");
    assertEquals(cells.size(), page.all("//*[@data-metric='grid']").size());
    for (JsonNode cell : cells) {
      page.assertShows(
          cell.get("count"),
          "//*[@data-metric='grid'][@data-label='%s'][@data-prediction='%s']"
              .formatted(cell.get("label").asText(), cell.get("prediction").asText()));
    }
  }
}
