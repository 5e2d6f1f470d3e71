/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The files of one saved network, those in its {@code data/} folder, wherever they lie. {@link
 * ArtifactReader} asks for names that it knows and for no others, so that what a file says never
 * becomes a path.
 */
public interface ModelFiles {
  /** Where a file is, for messages. */
  String place(String file);

  /**
   * The size of a file in bytes.
   *
   * @throws io.kindling.data.KindlingException if there is no such file, or something else of its
   *     name
   */
  long size(String file) throws IOException;

  /** The file's bytes; the caller closes it. */
  InputStream open(String file) throws IOException;

  /** The files of a folder of this machine. */
  static ModelFiles in(Path folder) {
    return new LocalModelFiles(folder);
  }
}
