/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * An evaluation's page beside its JSON: read by Chromium without a network, or where there is none
 * by the JDK's parser of XML, which says so on standard error.
 */
public final class OpenedPage {
  private final Document document;
  private final JsonNode json;
  private final boolean drawn;

  private OpenedPage(Document document, JsonNode json, boolean drawn) {
    this.document = document;
    this.json = json;
    this.drawn = drawn;
  }

  /**
   * Opens the page of an evaluation's folder.
   *
   * @param temporary an empty folder for the browser
   */
  public static OpenedPage of(Path folder, Path temporary) throws Exception {
    Path page = folder.resolve(EvaluationFolder.PAGE);
    String text = Files.readString(page);
    for (String outside : List.of("http:", "https:", "url(", "@import", "<script", "src=\"//")) {
      assertFalse(text.contains(outside), "the page reaches out: " + outside);
    }
    Document asWritten = parsed(text); // well-formed, whoever reads it
    JsonNode json = new ObjectMapper().readTree(folder.resolve(EvaluationFolder.JSON).toFile());
    Optional<Browser> browser = Browser.installed();
    if (browser.isEmpty()) {
      System.err.println(
          "*** NOT TESTED IN A BROWSER: there is no chromium on the PATH, so that nobody looked at"
              + " what is drawn of "
              + page
              + "; its figures were read by a parser of XML instead ***");
      return new OpenedPage(asWritten, json, false);
    }
    return new OpenedPage(parsed(browser.get().dom(page, temporary)), json, true);
  }

  private static Document parsed(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  public JsonNode json() {
    return json;
  }

  /** The elements of an XPath. */
  public List<Element> all(String path) throws XPathExpressionException {
    NodeList nodes =
        (NodeList)
            XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  /** The one element of an XPath. */
  public Element one(String path) throws XPathExpressionException {
    List<Element> found = all(path);
    assertEquals(1, found.size(), path);
    return found.get(0);
  }

  /** Checks that one element shows a figure of the JSON. */
  public void assertShows(JsonNode value, String path) throws XPathExpressionException {
    assertTrue(value.isNumber(), () -> path + " is to show " + value);
    Element element = one(path);
    assertEquals(value.asDouble(), value(element), path);
    assertDrawn(element);
  }

  public static double value(Element element) {
    return Double.parseDouble(element.getAttribute("data-value"));
  }

  /** Checks that an element takes up room on the screen, where a browser drew it. */
  public void assertDrawn(Element element) {
    if (drawn && element.hasAttribute("data-drawn")) {
      String[] box = element.getAttribute("data-drawn").split(" ", -1);
      assertTrue(
          Double.parseDouble(box[0]) > 0 || Double.parseDouble(box[1]) > 0,
          () -> element.getTagName() + " takes up no room");
    }
  }

  /** Checks that there is an image, and that the browser could read it. */
  public void assertImage(Element image) {
    assertTrue(image.getAttribute("src").startsWith("data:image/png;base64,"));
    assertFalse(image.getAttribute("alt").isEmpty());
    assertDrawn(image);
    if (drawn) {
      assertTrue(Integer.parseInt(image.getAttribute("data-natural")) > 0, "a broken image");
    }
  }

  /** The points of a curve in the numbers of its plot, read back from what is drawn. */
  public List<double[]> curve(String name) throws XPathExpressionException {
    Element path = one("//*[@data-curve='" + name + "']");
    assertDrawn(path);
    Element plot = (Element) path.getParentNode();
    double[] frame = numbers(plot.getAttribute("data-frame"));
    double[] range = numbers(plot.getAttribute("data-range"));
    List<double[]> points = new ArrayList<>();
    for (String point : path.getAttribute("d").substring(1).split("L", -1)) {
      double[] at = numbers(point);
      points.add(
          new double[] {
            range[0] + (at[0] - frame[0]) / (frame[1] - frame[0]) * (range[1] - range[0]),
            range[2] + (at[1] - frame[2]) / (frame[3] - frame[2]) * (range[3] - range[2])
          });
    }
    return points;
  }

  private static double[] numbers(String text) {
    String[] parts = text.trim().split(" ", -1);
    double[] numbers = new double[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = Double.parseDouble(parts[i]);
    }
    return numbers;
  }
}
