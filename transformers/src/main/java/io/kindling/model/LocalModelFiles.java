/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A model's files in a folder of this machine. */
record LocalModelFiles(Path folder) implements ModelFiles {
  /**
   * Makes sure that a file is one, and in its folder: a link may lead to any file that the process
   * can read, and a message about that one may quote it. Links within the folder are as mounts of
   * Kubernetes have them.
   */
  static void requireFile(Path file, String place) throws IOException {
    Path real;
    try {
      real = file.toRealPath();
    } catch (NoSuchFileException e) {
      throw missing(place);
    }
    if (!Files.isRegularFile(real)) {
      throw noFile(place);
    }
    if (!real.startsWith(file.toAbsolutePath().getParent().toRealPath())) {
      throw new KindlingException(
          "Cannot load the model: %s is a link out of the model's folder; copy the file itself there"
              .formatted(place));
    }
  }

  static KindlingException missing(String place) {
    return new KindlingException(
        "Cannot load the model: %s is missing; copy the model folder anew".formatted(place));
  }

  static KindlingException noFile(String place) {
    return new KindlingException(
        "Cannot load the model: %s is no file; copy the model folder anew".formatted(place));
  }

  @Override
  public String place(String file) {
    return folder.resolve(file).toString();
  }

  @Override
  public long size(String file) throws IOException {
    requireFile(folder.resolve(file), place(file));
    return Files.size(folder.resolve(file));
  }

  @Override
  public InputStream open(String file) throws IOException {
    return Files.newInputStream(folder.resolve(file));
  }
}
