/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a folder that has a folder of text files for each class: {@code input/<class>/*}, or {@code
 * input/<split>/<class>/*} with the splits {@code train}, {@code validation} (or {@code val}) and
 * {@code test}, as {@code aclImdb} has them. A folder {@code unsup} in the place of a class holds
 * texts without labels there, and is left out with a warning.
 *
 * <p>Labels are the positions of the sorted class names, the same in all splits. Every file in a
 * class's folder, however deep, is a row, whatever its name ends in, except those whose names begin
 * with {@code .} and Spark's {@code _SUCCESS}. A file is UTF-8, checked byte by byte: one that is
 * not is a bad row whose reason has the position. A byte order mark is taken off; nothing else is
 * changed. An empty file is an empty text.
 */
public final class TextFolderReader implements DataSetReader {
  /** The Bible has 4 MiB; what is larger is no text to classify. */
  private static final int LARGEST_FILE_BYTES = 64 << 20;

  private static final Set<String> WITHOUT_LABELS = Set.of("unsup");

  private final String archiveFolder;

  /** A reader of the folder itself. */
  public TextFolderReader() {
    this("");
  }

  /**
   * A reader that also takes the folder around the one that a published archive unpacks to.
   *
   * @param archiveFolder name of that folder, such as {@code aclImdb}; empty for none
   */
  public TextFolderReader(String archiveFolder) {
    this.archiveFolder = archiveFolder;
  }

  /**
   * Rows of {@link ExampleSchema#TEXT}; only folders are listed yet.
   *
   * @throws io.kindling.data.KindlingException if the folder is missing or holds no class folders
   *     or no files
   */
  @Override
  public Dataset<Row> read(SparkSession spark, String input) {
    SourceFiles files = new SourceFiles(spark);
    ClassFolders found =
        ClassFolders.find(files, folder(files, input), "pos/1.txt", WITHOUT_LABELS);
    return new ClassFolderFiles(
            ExampleSchema.TEXT,
            LARGEST_FILE_BYTES,
            (origin, content) -> Utf8.decode(content, "of the file"))
        .rows(spark, files, found);
  }

  private String folder(SourceFiles files, String input) {
    FileStatus status = files.status(input);
    if (status.isDirectory() && !archiveFolder.isEmpty()) {
      Path inside = new Path(status.getPath(), archiveFolder);
      for (FileStatus entry : files.visible(status.getPath())) {
        if (entry.isDirectory() && entry.getPath().getName().equals(archiveFolder)) {
          return inside.toString();
        }
      }
    }
    return input;
  }
}
