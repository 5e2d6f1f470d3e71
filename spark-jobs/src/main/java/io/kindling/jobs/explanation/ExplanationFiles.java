/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import io.kindling.data.prepare.StagedFolder;
import io.kindling.jobs.explanation.ExplainedContent.Image;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of explanations on any Hadoop file system: {@code explanation.html}, {@code
 * explanation.json}, and of images {@code images/NUMBER.png}. It is there whole or not at all.
 */
public final class ExplanationFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ExplanationFiles() {}

  /** Where the picture of an image lies. */
  public static String picture(int number) {
    return "images/" + number + ".png";
  }

  /**
   * Writes them.
   *
   * @param overwrite whether an older folder of explanations may be replaced
   * @throws KindlingException if something else lies there, or it cannot be written
   */
  public static void write(
      Configuration configuration, String output, boolean overwrite, ExplanationReport report) {
    try (StagedFolder staged =
        new StagedFolder(configuration, output, overwrite, StagedFolder.Kind.EXPLANATION)) {
      FileSystem files = staged.data().getFileSystem(configuration);
      for (ExplainedExample example : report.examples()) {
        if (example.content() instanceof Image image) {
          put(files, new Path(staged.data(), image.picture()), sheet(image));
        }
      }
      put(files, new Path(staged.data(), "explanation.json"), JSON.writeValueAsBytes(report));
      put(
          files,
          new Path(staged.data(), "explanation.html"),
          ExplanationPage.of(report).getBytes(StandardCharsets.UTF_8));
      staged.publish(false);
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot write explanations to %s: %s".formatted(output, e.getMessage()), e);
    }
  }

  private static byte[] sheet(Image image) {
    return HeatMap.png(
        HeatMap.sheet(
            List.of(
                HeatMap.picture(image.pixels()),
                HeatMap.map(image.attributions(), image.height(), image.width()),
                HeatMap.overlay(image.pixels(), image.attributions()))));
  }

  private static void put(FileSystem files, Path path, byte[] bytes) throws IOException {
    try (OutputStream out = files.create(path)) {
      out.write(bytes);
    }
  }
}
