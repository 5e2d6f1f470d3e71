/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes the files of a saved network: {@code network.zip} (DL4J's own format, which any DL4J
 * program opens), {@code model.json} (input, labels or the number's scale, position in training)
 * and {@code manifest.json} (format, versions, and the size and SHA-256 of each other file). {@link
 * ArtifactReader} reads them.
 */
final class ArtifactFiles {
  private static final ObjectWriter JSON = ArtifactJson.MAPPER.writerWithDefaultPrettyPrinter();

  private ArtifactFiles() {}

  static void write(NetworkArtifact artifact, FileSystem files, Path folder) throws IOException {
    Map<String, byte[]> contents =
        Map.of(
            ArtifactReader.NETWORK,
            networkZip(artifact),
            ArtifactDescription.FILE,
            JSON.writeValueAsBytes(ArtifactDescription.of(artifact)));
    Map<String, String> sums = new TreeMap<>();
    Map<String, Long> sizes = new TreeMap<>();
    files.mkdirs(folder);
    for (Map.Entry<String, byte[]> content : contents.entrySet()) {
      String name = content.getKey();
      byte[] bytes = content.getValue();
      sums.put(name, HexFormat.of().formatHex(CheckedFile.sha256().digest(bytes)));
      sizes.put(name, (long) bytes.length);
      put(files, new Path(folder, name), bytes);
    }
    ArtifactManifest manifest =
        new ArtifactManifest(ArtifactManifest.NEWEST, ProgramVersions.all(), sums, sizes);
    put(files, new Path(folder, ArtifactManifest.FILE), JSON.writeValueAsBytes(manifest));
  }

  /** The network, built; the caller closes it. */
  static Network built(NetworkArtifact artifact) {
    Network network =
        new SavedNetwork(artifact.parsedConfiguration(), artifact.params(), artifact.updaterState())
            .build();
    network.setPosition(artifact.iterations(), artifact.epochs());
    return network;
  }

  /** The network in DL4J's own format. */
  private static byte[] networkZip(NetworkArtifact artifact) throws IOException {
    try (Network network = built(artifact)) {
      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      network.write(zip, artifact.updaterState().length > 0);
      return zip.toByteArray();
    }
  }

  private static void put(FileSystem files, Path path, byte[] content) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(content);
    }
  }
}
