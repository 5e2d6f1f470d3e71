/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a saved network, and trusts none of it: every name, size, class and number is checked
 * before it is used, and before memory is allocated for it. The network is not built. Nothing is
 * read by Java deserialization, nothing written.
 *
 * <p>It needs neither Spark nor Hadoop.
 */
public final class ArtifactReader {
  static final String NETWORK = "network.zip";

  /** Besides the manifest. */
  static final Set<String> FILES =
      java.util.Collections.unmodifiableSet(
          new TreeSet<>(List.of(ArtifactDescription.FILE, NETWORK)));

  /** Of the description: some hundred thousand classes, or epochs. */
  private static final long MOST_DESCRIPTION = 32 << 20;

  private ArtifactReader() {}

  /**
   * Reads one.
   *
   * @param files those in the model's {@code data/} folder
   * @throws KindlingException if a file is missing, is not the one that was saved, or holds what a
   *     saved network cannot
   */
  public static NetworkArtifact read(ModelFiles files) throws IOException {
    ArtifactManifest manifest = ArtifactManifest.read(files, FILES);
    ArtifactDescription description =
        new CheckedFile(files, manifest, ArtifactDescription.FILE)
            .read(
                MOST_DESCRIPTION,
                (in, size) -> ArtifactJson.MAPPER.readValue(in, ArtifactDescription.class));
    SavedNetwork network =
        new CheckedFile(files, manifest, NETWORK).read(Long.MAX_VALUE, NetworkZip::read);
    try {
      if (description == null) {
        throw new KindlingException("it is empty");
      }
      return description.with(network);
    } catch (KindlingException e) {
      throw new KindlingException(
          "Cannot load the model: its %s is damaged: %s"
              .formatted(ArtifactDescription.FILE, e.getMessage()),
          e);
    }
  }
}
