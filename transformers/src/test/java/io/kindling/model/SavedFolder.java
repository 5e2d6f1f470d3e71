/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.input.InputSpec;
import io.kindling.runtime.NativeRuntime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The {@code data/} folder of a sound small model, and the ways to tamper with it, each of which
 * makes sizes and checksums right again, as an attacker can.
 */
final class SavedFolder {
  static final int PARAMS = 4 * 5 + 5 + 5 * 3 + 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  SavedFolder(Path folder) {
    this.folder = folder;
  }

  static NetworkArtifact artifact() {
    NativeRuntime.start();
    NetworkConfiguration configuration =
        NetworkConfiguration.of(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(5)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    float[] params = new float[PARAMS];
    float[] state = new float[2 * PARAMS];
    for (int i = 0; i < state.length; i++) {
      state[i] = 0.01f * (i % 17);
      params[i % PARAMS] = 0.03f * (i % 19) - 0.2f;
    }
    return new NetworkArtifact(
        configuration.toJson(),
        params,
        state,
        InputSpec.vector(4),
        List.of("red", "green", "blue"),
        7,
        2);
  }

  /** Writes the sound one. */
  static SavedFolder write(Path folder) throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
    ArtifactFiles.write(artifact(), files, new org.apache.hadoop.fs.Path(folder.toUri()));
    return new SavedFolder(folder);
  }

  Path path(String file) {
    return folder.resolve(file);
  }

  void put(String file, byte[] content) throws IOException {
    Files.write(path(file), content);
  }

  /** Changes the manifest. */
  void manifest(Consumer<ObjectNode> change) throws IOException {
    ObjectNode manifest = (ObjectNode) JSON.readTree(path("manifest.json").toFile());
    change.accept(manifest);
    put("manifest.json", JSON.writeValueAsBytes(manifest));
  }

  /** Notes what a file is now. */
  void seal(String file) throws IOException {
    byte[] content = Files.readAllBytes(path(file));
    manifest(
        manifest -> {
          ((ObjectNode) manifest.get("bytes")).put(file, content.length);
          ((ObjectNode) manifest.get("sha256"))
              .put(file, HexFormat.of().formatHex(CheckedFile.sha256().digest(content)));
        });
  }

  /** Changes the description. */
  void model(Consumer<ObjectNode> change) throws IOException {
    ObjectNode model = (ObjectNode) JSON.readTree(path("model.json").toFile());
    change.accept(model);
    put("model.json", JSON.writeValueAsBytes(model));
    seal("model.json");
  }

  /** Changes one entry of the archive. */
  void entry(String name, UnaryOperator<byte[]> change) throws IOException {
    List<Map.Entry<String, byte[]>> entries = new ArrayList<>(entries().entrySet());
    entries.replaceAll(
        entry ->
            entry.getKey().equals(name) ? Map.entry(name, change.apply(entry.getValue())) : entry);
    zip(entries);
  }

  /** Changes the text of the configuration. */
  void configuration(UnaryOperator<String> change) throws IOException {
    entry(
        "configuration.json",
        json ->
            change
                .apply(new String(json, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8));
  }

  /** Adds an entry to the archive. */
  void add(String name, byte[] content) throws IOException {
    List<Map.Entry<String, byte[]>> entries = new ArrayList<>(entries().entrySet());
    entries.add(Map.entry(name, content));
    zip(entries);
  }

  Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(path("network.zip"))))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  void zip(List<Map.Entry<String, byte[]>> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    put("network.zip", bytes.toByteArray());
    seal("network.zip");
  }

  NetworkArtifact read() throws IOException {
    return ArtifactReader.read(ModelFiles.in(folder));
  }
}
