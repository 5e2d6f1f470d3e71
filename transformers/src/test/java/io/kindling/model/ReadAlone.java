/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.IOException;
import java.nio.file.Path;

/** A program without Spark that reads a saved network. */
final class ReadAlone {
  private ReadAlone() {}

  public static void main(String[] args) throws IOException {
    NetworkArtifact artifact = ArtifactReader.read(ModelFiles.in(Path.of(args[0])));
    System.out.println(artifact.params().length + " " + artifact.labels());
  }
}
