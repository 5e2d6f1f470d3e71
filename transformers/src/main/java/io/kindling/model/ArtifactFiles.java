/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.package$;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The files of a saved network: {@code network.zip} (DL4J's own format, which any DL4J program
 * opens), {@code model.json} (input, labels or the number's scale, position in training) and {@code
 * manifest.json} (versions, and the SHA-256 of each other file, checked on reading). Nothing in
 * them is read by Java deserialization.
 */
final class ArtifactFiles {
  private static final String NETWORK = "network.zip";
  private static final String MODEL = "model.json";
  private static final String MANIFEST = "manifest.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private ArtifactFiles() {}

  /**
   * What {@code model.json} holds.
   *
   * @param labels class names; null where the network predicts a number
   * @param classification what the outputs mean; null where the network predicts a number, and in
   *     models of the first versions, which all ended in softmax
   * @param number what that is; null where it predicts a class
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Description(
      InputSpec input,
      List<String> labels,
      ClassTarget classification,
      NumberTarget number,
      int iterations,
      int epochs) {
    static Description of(NetworkArtifact artifact) {
      NumberTarget number = artifact.target() instanceof NumberTarget found ? found : null;
      return new Description(
          artifact.input(),
          number == null ? artifact.labels() : null,
          artifact.target() instanceof ClassTarget classes ? classes : null,
          number,
          artifact.iterations(),
          artifact.epochs());
    }

    Target target() {
      if (number != null) {
        return number;
      }
      return classification == null ? new ClassTarget(labels.size()) : classification;
    }
  }

  /** What {@code manifest.json} holds. */
  record Manifest(Map<String, String> versions, Map<String, String> sha256) {
    Manifest {
      versions = new TreeMap<>(versions);
      sha256 = new TreeMap<>(sha256);
    }
  }

  static void write(NetworkArtifact artifact, FileSystem files, Path folder) throws IOException {
    byte[] network = networkZip(artifact);
    byte[] model =
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(Description.of(artifact));
    Manifest manifest =
        new Manifest(versions(), Map.of(NETWORK, sha256(network), MODEL, sha256(model)));
    files.mkdirs(folder);
    put(files, new Path(folder, NETWORK), network);
    put(files, new Path(folder, MODEL), model);
    put(
        files,
        new Path(folder, MANIFEST),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
  }

  /**
   * @throws KindlingException if a file is missing, or is not the one that was saved
   */
  static NetworkArtifact read(FileSystem files, Path folder) throws IOException {
    Manifest manifest = JSON.readValue(get(files, new Path(folder, MANIFEST)), Manifest.class);
    Description model = JSON.readValue(checked(files, folder, MODEL, manifest), Description.class);
    try (Network network = network(checked(files, folder, NETWORK, manifest))) {
      INDArray state = network.updaterState();
      return new NetworkArtifact(
          network.configuration().toJson(),
          HostArrays.floats(network.params()),
          state == null ? new float[0] : HostArrays.floats(state),
          model.input(),
          model.target(),
          model.labels() == null ? List.of() : model.labels(),
          model.iterations(),
          model.epochs());
    }
  }

  /** Opens a {@code network.zip}, whichever kind of network is in it; the caller closes it. */
  static Network network(byte[] zip) throws IOException {
    try {
      return NetworkZip.open(zip);
    } catch (KindlingException e) {
      throw new KindlingException(
          "Cannot load the model: its %s is damaged: %s".formatted(NETWORK, e.getMessage()), e);
    }
  }

  /** The network in DL4J's own format. */
  static byte[] networkZip(NetworkArtifact artifact) throws IOException {
    try (Network network = artifact.parsedConfiguration().build(artifact.params())) {
      network.setPosition(artifact.iterations(), artifact.epochs());
      boolean hasState = artifact.updaterState().length > 0;
      if (hasState) {
        HostArrays.copy(artifact.updaterState(), network.updaterState());
      }
      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      network.write(zip, hasState);
      return zip.toByteArray();
    }
  }

  private static Map<String, String> versions() {
    return Map.of(
        "kindling", version(ArtifactFiles.class, "development"),
        "deeplearning4j", version(MultiLayerNetwork.class, "unknown"),
        "spark", package$.MODULE$.SPARK_VERSION(),
        "java", Runtime.version().toString());
  }

  private static String version(Class<?> of, String otherwise) {
    String version = of.getPackage().getImplementationVersion();
    return version == null ? otherwise : version;
  }

  private static byte[] checked(FileSystem files, Path folder, String name, Manifest manifest)
      throws IOException {
    Path path = new Path(folder, name);
    byte[] content = get(files, path);
    String expected = manifest.sha256().get(name);
    String found = sha256(content);
    if (!found.equals(expected)) {
      throw new KindlingException(
          "Cannot load the model: %s has SHA-256 %s, but %s was saved; copy the model folder anew"
              .formatted(path, found, expected));
    }
    return content;
  }

  private static byte[] get(FileSystem files, Path path) throws IOException {
    if (!files.exists(path)) {
      throw new KindlingException(
          "Cannot load the model: " + path + " is missing; copy the model folder anew");
    }
    try (FSDataInputStream in = files.open(path)) {
      return in.readAllBytes();
    }
  }

  private static void put(FileSystem files, Path path, byte[] content) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(content);
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
