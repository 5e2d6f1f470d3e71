/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/**
 * Headless Chromium, where there is one: what it makes of a page, with no name resolved to any
 * address. A page of ours around it, in a frame, runs the script that tells.
 */
final class Browser {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  /** Tells of each element how large it is drawn, and of each image how large it is. */
  private static final String AROUND =
      """
      <!DOCTYPE html>
      <iframe id="page" width="1200" height="4000" src="%s"></iframe>
      <pre id="dom"></pre>
      <script>
      const frame = document.getElementById('page');
      frame.onload = () => {
        const page = frame.contentDocument;
        for (const element of page.querySelectorAll('img, svg, path, rect, circle, td, blockquote')) {
          const box = element.getBoundingClientRect();
          element.setAttribute('data-drawn', box.width + ' ' + box.height);
        }
        for (const image of page.images) {
          image.setAttribute('data-natural', image.complete ? image.naturalWidth : 0);
        }
        const bytes = new TextEncoder().encode(new XMLSerializer().serializeToString(page));
        let text = '';
        for (const b of bytes) { text += String.fromCharCode(b); }
        document.getElementById('dom').textContent = btoa(text);
      };
      </script>
      """;

  private static final Pattern DOM = Pattern.compile("<pre id=\"dom\">([^<]*)</pre>");

  private final Path program;

  private Browser(Path program) {
    this.program = program;
  }

  static Optional<Browser> installed() {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Browser::new);
  }

  /**
   * The document as Chromium has it after loading, as XML.
   *
   * @param folder for its own files
   */
  String dom(Path page, Path folder) throws IOException, InterruptedException {
    Path around = folder.resolve("around.html");
    Files.writeString(around, AROUND.formatted(page.toUri()));
    Path out = folder.resolve("dom.txt");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--allow-file-access-from-files",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--user-data-dir=" + folder.resolve("profile"),
                "--dump-dom",
                around.toUri().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(out.toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      Assertions.fail("Chromium did not end");
    }
    Matcher dom = DOM.matcher(Files.readString(out));
    Assertions.assertTrue(dom.find() && !dom.group(1).isEmpty(), "no document from Chromium");
    return new String(Base64.getDecoder().decode(dom.group(1)), StandardCharsets.UTF_8);
  }
}
