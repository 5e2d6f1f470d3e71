/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What {@code manifest.json} holds: the one file that says which others there are, and what is in
 * them.
 *
 * @param format of the folder; 1 in the first versions, which did not say
 * @param versions of the programs that wrote it, by name
 * @param sha256 of each other file, in hexadecimal
 * @param bytes the size of each other file; empty in format 1
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ArtifactManifest(
    int format, Map<String, String> versions, Map<String, String> sha256, Map<String, Long> bytes) {
  static final String FILE = "manifest.json";

  /** What this version writes, and the newest that it reads. */
  static final int NEWEST = 2;

  private static final int MOST_BYTES = 64 << 10;
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  ArtifactManifest {
    format = format == 0 ? 1 : format;
    versions = versions == null ? Map.of() : new TreeMap<>(versions);
    sha256 = sha256 == null ? Map.of() : new TreeMap<>(sha256);
    bytes = bytes == null ? Map.of() : new TreeMap<>(bytes);
  }

  /**
   * Reads it, and trusts none of it.
   *
   * @param known the files that there may be, and must be
   * @throws KindlingException if it is missing, too large, of a newer format, or names other files
   */
  static ArtifactManifest read(ModelFiles files, Set<String> known) throws IOException {
    long size = files.size(FILE);
    if (size > MOST_BYTES) {
      throw refused(
          files, "has %d bytes; one of a model has %d at most".formatted(size, MOST_BYTES));
    }
    ArtifactManifest manifest;
    try (InputStream in = files.open(FILE)) {
      manifest = ArtifactJson.MAPPER.readValue(in.readNBytes(MOST_BYTES), ArtifactManifest.class);
    } catch (JsonProcessingException e) {
      throw refused(files, "is damaged: " + ArtifactJson.reason(e));
    }
    if (manifest == null) {
      throw refused(files, "is damaged: it is empty");
    }
    manifest.check(files, known);
    return manifest;
  }

  private void check(ModelFiles files, Set<String> known) {
    if (format < 1 || format > NEWEST) {
      throw refused(
          files,
          format < 1
              ? "is damaged: there is no format %d".formatted(format)
              : "is of format %d, this version of Kindling reads up to %d; update Kindling to %s or newer"
                  .formatted(format, NEWEST, versions.getOrDefault("kindling", "a later version")));
    }
    for (Set<String> named : List.of(sha256.keySet(), bytes.keySet())) {
      for (String name : named) {
        if (!known.contains(name)) {
          throw refused(
              files,
              "names the file '%s', which is none of a model's: %s"
                  .formatted(ArtifactJson.shown(name), String.join(", ", known)));
        }
      }
    }
    for (String name : known) {
      String sum = sha256.get(name);
      if (sum == null || !SHA_256.matcher(sum).matches()) {
        throw refused(
            files, "gives no SHA-256 of %s, which are 64 hexadecimal digits".formatted(name));
      }
      if (format > 1 && bytes.getOrDefault(name, -1L) < 0) {
        throw refused(files, "gives no size of " + name);
      }
    }
  }

  private static KindlingException refused(ModelFiles files, String reason) {
    return new KindlingException(
        "Cannot load the model: %s %s".formatted(files.place(FILE), reason));
  }
}
