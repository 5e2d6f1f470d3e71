/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file of a saved model, read once: what it holds is parsed while its checksum is computed. */
final class CheckedFile {
  /** Makes a value of a file's bytes. */
  interface Parser<T> {
    /**
     * Parses them.
     *
     * @param size of the whole file
     */
    T parse(InputStream in, long size) throws IOException;
  }

  /** A file that a parser does not close, so that what is left of it counts for the checksum. */
  private static final class Unclosed extends DigestInputStream {
    Unclosed(InputStream file, MessageDigest digest) {
      super(file, digest);
    }

    @Override
    public void close() {}
  }

  private final ModelFiles files;
  private final ArtifactManifest manifest;
  private final String name;

  CheckedFile(ModelFiles files, ArtifactManifest manifest, String name) {
    this.files = files;
    this.manifest = manifest;
    this.name = name;
  }

  /**
   * Reads it.
   *
   * @param most bytes that it may have
   * @throws KindlingException if it is not the file that was saved, or the parser refuses it. A
   *     damaged file is said to be damaged, not what a parser makes of the damage.
   */
  <T> T read(long most, Parser<T> parser) throws IOException {
    long size = files.size(name);
    Long saved = manifest.bytes().get(name);
    if (saved != null && saved != size) {
      throw refused(
          "has %d bytes, but %d were saved; copy the model folder anew".formatted(size, saved));
    }
    if (size > most) {
      throw refused("has %d bytes; one of a model has %d at most".formatted(size, most));
    }
    MessageDigest digest = sha256();
    T value = null;
    Exception problem = null;
    try (InputStream file = files.open(name)) {
      InputStream in = new Unclosed(file, digest);
      try {
        value = parser.parse(in, size);
      } catch (IOException | RuntimeException e) {
        problem = e;
      }
      in.transferTo(OutputStream.nullOutputStream());
    }
    String found = HexFormat.of().formatHex(digest.digest());
    String expected = manifest.sha256().get(name);
    if (!found.equals(expected)) {
      throw refused(
          "has SHA-256 %s, but %s was saved; copy the model folder anew"
              .formatted(found, expected));
    }
    if (problem != null) {
      throw new KindlingException(
          "Cannot load the model: its %s is damaged: %s"
              .formatted(name, ArtifactJson.reason(problem)),
          problem);
    }
    return value;
  }

  private KindlingException refused(String reason) {
    return new KindlingException(
        "Cannot load the model: %s %s".formatted(files.place(name), reason));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
