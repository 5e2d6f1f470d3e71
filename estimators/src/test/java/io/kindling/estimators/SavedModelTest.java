/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.data.KindlingException;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.testkit.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class SavedModelTest {
  private static NetworkClassificationModel model;

  @TempDir private Path folder;

  @BeforeAll
  static void train(SparkSession spark) {
    model =
        new NetworkClassifier()
            .setNetwork("mlp")
            .setFeaturesCol("features")
            .setEpochs(1)
            .fit(Vectors2d.clouds(spark, 20, 1));
  }

  @Test
  void anyDl4jProgramOpensTheNetworkInIt() throws IOException {
    Path saved = save("model");
    MultiLayerNetwork network =
        ModelSerializer.restoreMultiLayerNetwork(saved.resolve("data/network.zip").toFile(), true);
    assertEquals(model.network().params(), network.params());
    assertEquals(model.artifact().iterations(), network.getIterationCount());
  }

  @Test
  void overwritingReplacesAModelButNothingElse() throws IOException {
    String path = save("model").toString();
    assertEquals(
        "Cannot write file:"
            + path
            + ": it exists already; choose another output, or set overwrite = true",
        assertThrows(KindlingException.class, () -> model.write().save(path)).getMessage());
    model.write().overwrite().save(path);
    assertEquals(model.uid(), NetworkClassificationModel.load(path).uid());

    Path precious = Files.createDirectories(folder.resolve("precious/thesis"));
    Files.writeString(precious.resolve("a.txt"), "keep me");
    KindlingException refused =
        assertThrows(
            KindlingException.class,
            () -> model.write().overwrite().save(folder.resolve("precious").toString()));
    assertTrue(refused.getMessage().contains("does not look like a model"), refused.getMessage());
    assertEquals("keep me", Files.readString(precious.resolve("a.txt")));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of("model", "precious"),
          left.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Path saved = save("model");
    Path network = saved.resolve("data/network.zip");
    byte[] content = Files.readAllBytes(network);
    content[content.length / 2] ^= 1;
    Files.write(network, content);
    Files.deleteIfExists(saved.resolve("data/.network.zip.crc"));
    String message = loadFailure(saved);
    assertTrue(message.startsWith("Cannot load the model: "), message);
    assertTrue(message.contains("network.zip has SHA-256 "), message);
  }

  @Test
  void whatWouldBeReadByJavaDeserializationIsRefused() throws Exception {
    Path saved = save("model");
    Path network = saved.resolve("data/network.zip");
    byte[] with = withEntry(Files.readAllBytes(network), "preprocessor.bin");
    Files.write(network, with);
    Files.deleteIfExists(saved.resolve("data/.network.zip.crc"));
    Path manifest = saved.resolve("data/manifest.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode tree = (ObjectNode) json.readTree(manifest.toFile());
    ((ObjectNode) tree.get("sha256"))
        .put(
            "network.zip",
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(with)));
    ((ObjectNode) tree.get("bytes")).put("network.zip", with.length);
    Files.write(manifest, json.writeValueAsBytes(tree));
    Files.deleteIfExists(saved.resolve("data/.manifest.json.crc"));
    assertEquals(
        "Cannot load the model: its network.zip is damaged: it holds 'preprocessor.bin', which Kindling neither writes nor reads; save the network without it",
        loadFailure(saved));
  }

  @Test
  void aFolderWithoutAModelIsNamed() {
    Path nowhere = folder.resolve("nowhere");
    assertTrue(loadFailure(nowhere).startsWith("Cannot load the model " + nowhere + ": "));
  }

  private Path save(String name) throws IOException {
    Path path = folder.resolve(name);
    model.write().save(path.toString());
    return path;
  }

  private static String loadFailure(Path path) {
    return assertThrows(
            KindlingException.class, () -> NetworkClassificationModel.load(path.toString()))
        .getMessage();
  }

  private static byte[] withEntry(byte[] zip, String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new java.io.ByteArrayInputStream(zip));
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        in.transferTo(out);
      }
      out.putNextEntry(new ZipEntry(name));
      out.write(1);
    }
    return bytes.toByteArray();
  }
}
