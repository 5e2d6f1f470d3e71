/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import io.kindling.jobs.explanation.ExplainedContent.Image;
import io.kindling.jobs.explanation.ExplainedContent.Series;
import io.kindling.jobs.explanation.ExplainedContent.Text;
import io.kindling.jobs.explanation.ExplainedContent.Values;
import io.kindling.jobs.explanation.ExplainedContent.Word;
import java.util.Locale;

/**
 * Explanations as one HTML page that needs no other file and no network: pictures and styles are in
 * it. It follows the reader's choice of light or dark, says with numbers and lines what colours
 * say, and is XML.
 */
public final class ExplanationPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #c8c8c8; --soft: #595959; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
      section { border-top: 1px solid var(--line); padding: 1rem 0; }
      h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 0; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .5rem 0; }
      dt, figcaption, caption { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
      figure { display: inline-block; margin: 0 1rem 0 0; }
      img { height: 224px; max-width: 100%; image-rendering: pixelated; border: 1px solid var(--line); }
      img.series { height: 8rem; width: 100%; }
      .words { line-height: 2.1; } .words span { padding: .1rem .2rem; border-radius: .2rem; }
      .raises { border-bottom: 2px solid #b35806; } .lowers { border-bottom: 2px dashed #2166ac; }
      .unknown { font-style: italic; }
      .scale { display: inline-block; width: 12rem; height: .8rem; border: 1px solid var(--line);
        background: linear-gradient(90deg, #2166ac, #f7f7f7, #b35806); }
      table { border-collapse: collapse; margin: .5rem 0; } caption { text-align: left; }
      th, td { padding: .1rem .8rem .1rem 0; text-align: left; }
      td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
      @media (prefers-color-scheme: dark) {
        :root { --line: #555555; --soft: #ababab; }
        body { background: #1b1b1b; color: #ececec; }
      }
      """;

  private final Markup page = new Markup();

  private ExplanationPage() {}

  /** The page. */
  public static String of(ExplanationReport report) {
    ExplanationPage writing = new ExplanationPage();
    writing.write(report);
    return writing.page.toString();
  }

  private void write(ExplanationReport report) {
    page.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.element("title", "Why the network predicts what it does");
    page.element("style", STYLE).close();
    page.open("body").open("main").element("h1", "Why the network predicts what it does");
    page.element(
        "p",
        "Integrated gradients: each part of an example has its share of the score, against a"
            + " baseline. The shares sum up to the score less the baseline's, but for the gap.");
    page.open("p").text("lowers the score ");
    page.element("span", "", "class", "scale", "aria-hidden", "true");
    page.text(" raises it: blue, with a dashed line, and orange, with a line.").close();
    page.open("dl");
    term("Model", report.model());
    term("Data", report.input());
    term("Explained", report.explained());
    term("Baseline", report.baseline() + ", " + report.steps() + " points on the way from it");
    term(
        "Rows",
        "%d read, %d explained, %d bad"
            .formatted(report.rowsRead(), report.rowsExplained(), report.rowsBad()));
    if (report.meanCompletenessGap() != null) {
      term("Mean size of the gap", number(report.meanCompletenessGap()));
    }
    if (report.meanAgreement() != null) {
      term("Mean agreement with occlusion", number(report.meanAgreement()));
    }
    page.close();
    report.examples().forEach(this::example);
    bad(report);
    page.close().close().close();
  }

  private void example(ExplainedExample example) {
    String heading = "heading-" + example.number();
    page.open("section", "aria-labelledby", heading);
    page.element(
        "h2",
        example.number() + ". " + (example.origin() == null ? "row" : example.origin()),
        "id",
        heading);
    page.open("dl");
    if (example.label() != null) {
      term("Label", example.label());
    }
    term("Prediction", example.prediction());
    if (example.explained() != null) {
      term(
          "Explained class",
          example.probability() == null
              ? example.explained()
              : "%s, probability %s".formatted(example.explained(), number(example.probability())));
    }
    term(
        "Score",
        "%s, of the baseline %s"
            .formatted(number(example.score()), number(example.baselineScore())));
    term("Gap", gap(example));
    if (example.agreement() != null) {
      term("Agreement with occlusion", number(example.agreement()));
    }
    page.close();
    content(example);
    page.close();
  }

  private static String gap(ExplainedExample example) {
    double difference = Math.abs(example.score() - example.baselineScore());
    return difference > 0
        ? String.format(
            Locale.ROOT,
            "%s, %.2f%% of the difference of the scores",
            number(example.gap()),
            100 * Math.abs(example.gap()) / difference)
        : number(example.gap());
  }

  private void content(ExplainedExample example) {
    if (example.content() instanceof Image image) {
      image(image);
    } else if (example.content() instanceof Text text) {
      text(text);
    } else if (example.content() instanceof Values values) {
      float[] sizes = values.attributions();
      new RankedTable(page, "The values that count most", "value", sizes, values.occlusion())
          .write(i -> "%d: %s".formatted(i, number(values.values()[i])));
    } else if (example.content() instanceof Series series) {
      series(series);
    }
  }

  private void image(Image image) {
    figure(
        HeatMap.dataUri(HeatMap.picture(image.pixels())), "The image", "as the network takes it");
    figure(
        HeatMap.dataUri(HeatMap.map(image.attributions(), image.height(), image.width())),
        "Attributions",
        "pixels that raise the score are orange, those that lower it blue");
    figure(
        HeatMap.dataUri(HeatMap.overlay(image.pixels(), image.attributions())),
        "Both",
        "attributions over the image in grey");
  }

  private void figure(String source, String caption, String description) {
    page.open("figure").empty("img", "src", source, "alt", caption + ": " + description);
    page.element("figcaption", caption).close();
  }

  private void text(Text text) {
    float[] sizes = new float[text.words().size()];
    float[] drops = new float[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = text.words().get(i).attribution();
      drops[i] = text.words().get(i).occlusion();
    }
    Palette palette = Palette.of(sizes);
    page.open("p", "class", "words");
    if (text.cutBefore() > 0) {
      page.text("(%d words before these were cut off) ".formatted(text.cutBefore()));
    }
    for (Word word : text.words()) {
      word(word, palette);
      page.text(" ");
    }
    if (text.cutAfter() > 0) {
      page.text("(%d words after these were cut off)".formatted(text.cutAfter()));
    }
    page.close();
    new RankedTable(page, "The words that count most", "word", sizes, drops)
        .write(i -> text.words().get(i).word());
  }

  private void word(Word word, Palette palette) {
    String side = word.attribution() < 0 ? "lowers" : "raises";
    boolean counts = palette.strength(word.attribution()) >= 0.1;
    String classes = (counts ? side : "") + (word.known() ? "" : " unknown");
    page.element(
        "span",
        word.word(),
        "class",
        classes.strip(),
        "style",
        "background:" + palette.css(word.attribution()),
        "title",
        number(word.attribution()) + (word.known() ? "" : ", not in the vocabulary"));
  }

  private void series(Series series) {
    int steps = series.values().length;
    int width = steps == 0 ? 0 : series.values()[0].length;
    float[] byValue = new float[steps * width];
    float[] byStep = new float[steps];
    for (int step = 0; step < steps; step++) {
      for (int value = 0; value < width; value++) {
        byValue[value * steps + step] = series.attributions()[step][value];
        byStep[step] += series.attributions()[step][value];
      }
    }
    page.open("figure", "style", "display:block");
    page.empty(
        "img",
        "class",
        "series",
        "src",
        HeatMap.dataUri(HeatMap.map(byValue, width, steps)),
        "alt",
        "Attributions: a column for each step, a row for each of its values");
    page.element("figcaption", "Steps from left to right, their values from top to bottom").close();
    new RankedTable(page, "The steps that count most", "step", byStep, series.occlusion())
        .write(Integer::toString);
  }

  private void bad(ExplanationReport report) {
    if (report.bad().isEmpty()) {
      return;
    }
    page.open("section", "aria-labelledby", "bad");
    page.element("h2", "Rows that could not be explained", "id", "bad").open("ul");
    for (ExplanationReport.BadRow row : report.bad()) {
      page.element("li", row.origin() + ": " + row.problem());
    }
    page.close().close();
  }

  private void term(String name, String value) {
    page.element("dt", name).element("dd", value);
  }

  /** As short as it can be read. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
