/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import io.kindling.data.KindlingException;
import io.kindling.data.prepare.StagedFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The folder of an evaluation, on any Hadoop file system; it comes into place when it is whole. */
public final class EvaluationFolder {
  /** The figures. */
  public static final String JSON = "evaluation.json";

  /** The page. */
  public static final String PAGE = "evaluation.html";

  private EvaluationFolder() {}

  /**
   * Writes both files.
   *
   * @param folder the folder to write
   * @param overwrite whether an older evaluation there may be replaced
   * @throws KindlingException where it cannot be written, or something else lies there
   */
  public static void write(
      Evaluation evaluation, Configuration configuration, String folder, boolean overwrite) {
    try (StagedFolder staged =
        new StagedFolder(configuration, folder, overwrite, StagedFolder.Kind.EVALUATION)) {
      FileSystem files = staged.data().getFileSystem(configuration);
      write(files, new Path(staged.data(), PAGE), EvaluationPage.of(evaluation));
      write(files, new Path(staged.data(), JSON), EvaluationJson.of(evaluation));
      staged.publish(false);
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot write the evaluation to " + folder + ": " + e.getMessage(), e);
    }
  }

  private static void write(FileSystem files, Path path, String text) throws IOException {
    try (OutputStream out = files.create(path, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
