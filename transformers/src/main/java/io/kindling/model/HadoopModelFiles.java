/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A model's files on any Hadoop file system. */
record HadoopModelFiles(FileSystem files, Path folder) implements ModelFiles {
  @Override
  public String place(String file) {
    return new Path(folder, file).toString();
  }

  @Override
  public long size(String file) throws IOException {
    Path path = new Path(folder, file);
    FileStatus status;
    try {
      status = files.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw LocalModelFiles.missing(place(file));
    }
    if (!status.isFile()) {
      throw LocalModelFiles.noFile(place(file));
    }
    if ("file".equals(files.getUri().getScheme())) {
      LocalModelFiles.requireFile(
          java.nio.file.Path.of(status.getPath().toUri().getPath()), place(file));
    }
    return status.getLen();
  }

  @Override
  public InputStream open(String file) throws IOException {
    return files.open(new Path(folder, file));
  }
}
