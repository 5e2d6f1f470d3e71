/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.data.KindlingException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way of tampering is refused in one line, writes nothing and allocates little. */
class TamperedArtifactTest {
  private static final String DAMAGED = "Cannot load the model: its network.zip is damaged: ";
  private static final String CLASS_END =
      "', which is none of those of Deeplearning4j, ND4J and Kindling that networks are made of; use theirs";

  /** In the binary format: before the values of a row are the shape's header, its longs, theirs. */
  private static final int TYPE = 2 + "MIXED_DATA_TYPES".length() + 8;

  @TempDir Path watched;
  private SavedFolder saved;

  @BeforeEach
  void saveASoundOne() throws IOException {
    saved = SavedFolder.write(watched.resolve("model/data"));
    saved.read(); // loads classes, which allocates, too
  }

  private void refused(String message) throws IOException {
    List<String> before = tree();
    com.sun.management.ThreadMXBean thread =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long start = thread.getCurrentThreadAllocatedBytes();
    KindlingException refused = assertThrows(KindlingException.class, saved::read);
    long allocated = thread.getCurrentThreadAllocatedBytes() - start;
    assertEquals(message, refused.getMessage());
    long size = 0;
    for (String file : List.of("manifest.json", "model.json", "network.zip")) {
      size += Files.isRegularFile(saved.path(file)) ? Files.size(saved.path(file)) : 0;
    }
    assertTrue(allocated < (8 << 20) + 400 * size, allocated + " bytes for a model of " + size);
    assertEquals(before, tree());
  }

  private List<String> tree() throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(watched)) {
      for (Path file : all.sorted().toList()) {
        files.add(file + " " + (Files.isRegularFile(file) ? Files.size(file) : 0));
      }
    }
    return files;
  }

  private String place(String file) {
    return "Cannot load the model: " + saved.path(file);
  }

  @Test
  void aSoundOneIsReadToTheBit() throws IOException {
    NetworkArtifact read = saved.read();
    NetworkArtifact wanted = SavedFolder.artifact();
    assertArrayEquals(wanted.params(), read.params());
    assertArrayEquals(wanted.updaterState(), read.updaterState());
    assertEquals(wanted.labels(), read.labels());
    assertEquals(wanted.input(), read.input());
    assertEquals(wanted.target(), read.target());
    assertEquals(7, read.iterations());
    assertEquals(2, read.epochs());
  }

  @Test
  void theFirstFormatIsRead() throws IOException {
    saved.manifest(manifest -> manifest.remove(List.of("format", "bytes")));
    assertArrayEquals(SavedFolder.artifact().params(), saved.read().params());
  }

  @Test
  void anArchiveThatWasPackedAnewIsRead() throws IOException {
    List<Map.Entry<String, byte[]>> entries = new ArrayList<>(saved.entries().entrySet());
    java.util.Collections.reverse(entries);
    saved.zip(entries);
    assertArrayEquals(SavedFolder.artifact().params(), saved.read().params());
  }

  @Test
  void aManifestThatIsMissing() throws IOException {
    Files.delete(saved.path("manifest.json"));
    refused(place("manifest.json") + " is missing; copy the model folder anew");
  }

  @Test
  void aManifestThatIsTooLarge() throws IOException {
    saved.put("manifest.json", new byte[100_000]);
    refused(place("manifest.json") + " has 100000 bytes; one of a model has 65536 at most");
  }

  @Test
  void aManifestThatIsNoJson() throws IOException {
    saved.put("manifest.json", "sha256: 0".getBytes(StandardCharsets.UTF_8));
    refused(
        place("manifest.json")
            + " is damaged: Unrecognized token 'sha256': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')");
  }

  @Test
  void aManifestOfANewerFormat() throws IOException {
    saved.manifest(manifest -> manifest.put("format", 3));
    saved.manifest(manifest -> ((ObjectNode) manifest.get("versions")).put("kindling", "9.1"));
    refused(
        place("manifest.json")
            + " is of format 3, this version of Kindling reads up to 2; update Kindling to 9.1 or newer");
  }

  @Test
  void aManifestWithANameThatClimbsOut() throws IOException {
    saved.manifest(manifest -> ((ObjectNode) manifest.get("sha256")).put("../../x", "0"));
    refused(
        place("manifest.json")
            + " names the file '../../x', which is none of a model's: model.json, network.zip");
  }

  @Test
  void aManifestWithAnAbsoluteName() throws IOException {
    saved.manifest(manifest -> ((ObjectNode) manifest.get("bytes")).put("/etc/passwd", 1));
    refused(
        place("manifest.json")
            + " names the file '/etc/passwd', which is none of a model's: model.json, network.zip");
  }

  @Test
  void aManifestWithAnotherAlgorithm() throws IOException {
    saved.manifest(manifest -> manifest.set("md5", manifest.remove("sha256")));
    refused(
        place("manifest.json")
            + " gives no SHA-256 of model.json, which are 64 hexadecimal digits");
  }

  @Test
  void aManifestWithAWrongDigit() throws IOException {
    saved.manifest(
        manifest -> ((ObjectNode) manifest.get("sha256")).put("network.zip", "g".repeat(64)));
    refused(
        place("manifest.json")
            + " gives no SHA-256 of network.zip, which are 64 hexadecimal digits");
  }

  @Test
  void aManifestWithoutSizes() throws IOException {
    saved.manifest(manifest -> manifest.remove("bytes"));
    refused(place("manifest.json") + " gives no size of model.json");
  }

  @Test
  void aFileOfAnotherSize() throws IOException {
    long size = Files.size(saved.path("network.zip"));
    saved.put("network.zip", new byte[3]);
    refused(
        place("network.zip")
            + " has 3 bytes, but %d were saved; copy the model folder anew".formatted(size));
  }

  @Test
  void aFileWithAnotherChecksum() throws IOException {
    for (String file : List.of("network.zip", "model.json")) {
      byte[] sound = Files.readAllBytes(saved.path(file));
      byte[] content = sound.clone();
      content[content.length / 2] ^= 1;
      saved.put(file, content);
      refused(
          place(file)
              + " has SHA-256 %s, but %s was saved; copy the model folder anew"
                  .formatted(sum(content), sum(sound)));
      saved.put(file, sound);
    }
  }

  private static String sum(byte[] content) {
    return java.util.HexFormat.of().formatHex(CheckedFile.sha256().digest(content));
  }

  @Test
  void aLinkOutOfTheFolder() throws IOException {
    Path other = Files.write(watched.resolve("secret.json"), new byte[] {'x'});
    Files.delete(saved.path("model.json"));
    Files.createSymbolicLink(saved.path("model.json"), other);
    refused(
        place("model.json") + " is a link out of the model's folder; copy the file itself there");
  }

  @Test
  void aFolderInTheFilesPlace() throws IOException {
    Files.delete(saved.path("network.zip"));
    Files.createDirectory(saved.path("network.zip"));
    refused(place("network.zip") + " is no file; copy the model folder anew");
  }

  @Test
  void anEntryWithANameThatClimbsOut() throws IOException {
    saved.add("../../../evil.sh", new byte[10]);
    refused(foreignEntry("../../../evil.sh"));
  }

  @Test
  void anEntryWithAnAbsoluteName() throws IOException {
    saved.add("/tmp/evil.sh", new byte[10]);
    refused(foreignEntry("/tmp/evil.sh"));
  }

  @Test
  void aNormalizer() throws IOException {
    saved.add("normalizer.bin", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5});
    refused(foreignEntry("normalizer.bin"));
  }

  private static String foreignEntry(String name) {
    return DAMAGED
        + "it holds '%s', which Kindling neither writes nor reads; save the network without it"
            .formatted(name);
  }

  @Test
  void anEntryThatIsThereTwice() throws IOException {
    saved.add("Xoefficients.bin", saved.entries().get("coefficients.bin"));
    byte[] zip = Files.readAllBytes(saved.path("network.zip"));
    String text = new String(zip, StandardCharsets.ISO_8859_1);
    saved.put(
        "network.zip",
        text.replace("Xoefficients", "coefficients").getBytes(StandardCharsets.ISO_8859_1));
    saved.seal("network.zip");
    refused(DAMAGED + "it holds 'coefficients.bin' twice");
  }

  @Test
  void anArchiveThatIsNone() throws IOException {
    saved.put("network.zip", new byte[1000]);
    saved.seal("network.zip");
    refused(DAMAGED + "it holds no configuration.json");
  }

  @Test
  void aConfigurationThatFillsTheMemory() throws IOException {
    saved.entry("configuration.json", json -> new byte[100 << 20]);
    long most = Math.min(16 << 20, Math.max(1 << 20, 100 * Files.size(saved.path("network.zip"))));
    refused(
        DAMAGED
            + "its configuration.json has more than %d bytes, the most that a file of its size can be thought to hold"
                .formatted(most));
  }

  @Test
  void aConfigurationThatIsNoJson() throws IOException {
    saved.configuration(json -> "{\"confs\": [");
    refused(
        DAMAGED
            + "Cannot build the network: the configuration is no JSON: Unexpected end-of-input: expected close marker for Array (start marker at [Source: (String)\"{\"confs\": [\"; line: 1, column: 11])");
  }

  @Test
  void aConfigurationThatIsAnotherDocument() throws IOException {
    saved.configuration(json -> "[1, 2]");
    refused(
        DAMAGED
            + "Cannot build the network: the JSON is no DL4J configuration: it has neither 'confs', as a MultiLayerConfiguration, nor 'vertices', as a ComputationGraphConfiguration");
  }

  @Test
  void aConfigurationThatIsTooDeep() throws IOException {
    saved.configuration(
        json -> json.replaceFirst("\\{", "{\"x\":" + "[".repeat(5000) + "]".repeat(5000) + ","));
    refused(DAMAGED + "Cannot build the network: its configuration is more than 100 levels deep");
  }

  @Test
  void aConfigurationWithAKeyTwice() throws IOException {
    saved.configuration(json -> json.replaceFirst("\\{", "{\"confs\":[],"));
    refused(
        DAMAGED
            + "Cannot build the network: the configuration is no JSON: Duplicate field 'confs'");
  }

  @Test
  void aLayerOfAForeignClass() throws IOException {
    saved.configuration(
        json -> json.replace("org.deeplearning4j.nn.conf.layers.DenseLayer", "com.evil.Layer"));
    refused(foreignClass("com.evil.Layer"));
  }

  @Test
  void anActivationOfAGadget() throws IOException {
    saved.configuration(
        json ->
            json.replace(
                "org.nd4j.linalg.activations.impl.ActivationTanH",
                "com.sun.rowset.JdbcRowSetImpl"));
    refused(foreignClass("com.sun.rowset.JdbcRowSetImpl"));
  }

  @Test
  void aPreprocessorOfAForeignClass() throws IOException {
    saved.configuration(
        json ->
            json.replaceFirst(
                "\"inputPreProcessors\" : \\{ *\\}",
                "\"inputPreProcessors\" : {\"0\": {\"@class\": \"java.lang.ProcessBuilder\"}}"));
    refused(foreignClass("java.lang.ProcessBuilder"));
  }

  @Test
  void aClassInTheFormOfAnArray() throws IOException {
    saved.configuration(
        json ->
            json.replaceFirst(
                "\"activationFn\" : \\{[^}]*\\}",
                "\"activationFn\" : [\"javax.swing.JEditorPane\", {}]"));
    refused(foreignClass("javax.swing.JEditorPane"));
  }

  @Test
  void aClassOfDeeplearning4jThatIsNoPartOfANetwork() throws IOException {
    saved.configuration(
        json ->
            json.replace(
                "org.deeplearning4j.nn.conf.layers.DenseLayer",
                "org.deeplearning4j.nn.multilayer.MultiLayerNetwork"));
    refused(foreignClass("org.deeplearning4j.nn.multilayer.MultiLayerNetwork"));
  }

  private static String foreignClass(String name) {
    return DAMAGED
        + "Cannot build the network: its configuration names the class '"
        + name
        + CLASS_END;
  }

  @Test
  void aLayerOfTwoBillionUnits() throws IOException {
    saved.configuration(json -> json.replaceFirst("\"nout\" : 5", "\"nout\" : 2000000000"));
    refused(
        DAMAGED
            + "its coefficients.bin has 43 values, the network of its configuration.json 10000000018 parameters");
  }

  @Test
  void aLayerOfNegativeInputs() throws IOException {
    saved.configuration(json -> json.replaceFirst("\"nin\" : 4", "\"nin\" : -4"));
    refused(DAMAGED + "Cannot build the network: its configuration has nin of -4");
  }

  @Test
  void coefficientsOfAnotherNetwork() throws IOException {
    saved.configuration(json -> json.replaceFirst("\"nin\" : 4", "\"nin\" : 3"));
    refused(
        DAMAGED
            + "its coefficients.bin has 43 values, the network of its configuration.json 38 parameters");
  }

  @Test
  void coefficientsThatFillTheMemory() throws IOException {
    saved.configuration(json -> json.replaceFirst("\"nout\" : 5", "\"nout\" : 2500000"));
    long params = 4 * 2_500_000L + 2_500_000 + 2_500_000 * 5 - 2_500_000 * 5 + 5 * 3 + 3;
    saved.entry("coefficients.bin", array -> header(params, params, "FLOAT", new byte[60 << 20]));
    refused(
        DAMAGED
            + "its coefficients.bin says that it has %d values, more than a file of its size can be thought to hold"
                .formatted(params));
  }

  @Test
  void aDeclaredLengthWithoutEnd() throws IOException {
    saved.entry(
        "coefficients.bin",
        array -> header(Long.MAX_VALUE, Long.MAX_VALUE, "FLOAT", new byte[4 * 43]));
    refused(
        DAMAGED
            + "its coefficients.bin has 9223372036854775807 values, the network of its configuration.json 43 parameters");
  }

  @Test
  void aNegativeLength() throws IOException {
    saved.entry("coefficients.bin", array -> header(43, -43, "FLOAT", new byte[4 * 43]));
    refused(DAMAGED + "its coefficients.bin says that it has -43 values");
  }

  @Test
  void aNegativeSizeInTheShape() throws IOException {
    saved.entry("coefficients.bin", array -> header(-43, 43, "FLOAT", new byte[4 * 43]));
    refused(DAMAGED + "its coefficients.bin has a shape with the size -43");
  }

  @Test
  void aShapeThatIsNotTheLength() throws IOException {
    saved.entry("coefficients.bin", array -> header(40, 43, "FLOAT", new byte[4 * 43]));
    refused(DAMAGED + "its coefficients.bin has 43 values, but a shape of 40");
  }

  @Test
  void aRankThatIsNotTheShapes() throws IOException {
    saved.entry(
        "coefficients.bin",
        array -> {
          byte[] other = array.clone();
          ByteBuffer.wrap(other).putLong(TYPE + 2 + "LONG".length(), 31);
          return other;
        });
    refused(DAMAGED + "its coefficients.bin has a shape of 6 numbers and rank 31");
  }

  @Test
  void valuesOfAnotherType() throws IOException {
    saved.entry("coefficients.bin", array -> header(43, 43, "INT", new byte[4 * 43]));
    refused(
        DAMAGED
            + "its coefficients.bin has values of type INT; those of a network are FLOAT or DOUBLE");
  }

  @Test
  void coefficientsThatEndTooEarly() throws IOException {
    saved.entry("coefficients.bin", array -> Arrays.copyOf(array, array.length - 10));
    refused(DAMAGED + "its coefficients.bin ends after 40 of 43 values");
  }

  @Test
  void coefficientsThatEndBeforeTheyBegin() throws IOException {
    saved.entry("coefficients.bin", array -> Arrays.copyOf(array, 20));
    refused(DAMAGED + "its coefficients.bin ends before its first value");
  }

  @Test
  void coefficientsThatGoOn() throws IOException {
    saved.entry("coefficients.bin", array -> Arrays.copyOf(array, array.length + 1));
    refused(DAMAGED + "its coefficients.bin goes on after its 43 values");
  }

  @Test
  void aWeightThatIsNoNumber() throws IOException {
    saved.entry("coefficients.bin", array -> last(array, Float.NaN));
    refused(DAMAGED + "its coefficients.bin has the value NaN at index 42");
  }

  @Test
  void anInfiniteStateOfTheOptimizer() throws IOException {
    saved.entry("updaterState.bin", array -> last(array, Float.NEGATIVE_INFINITY));
    refused(DAMAGED + "its updaterState.bin has the value -Infinity at index 85");
  }

  @Test
  void theStateOfAnotherOptimizer() throws IOException {
    saved.entry("updaterState.bin", array -> header(43, 43, "FLOAT", new byte[4 * 43]));
    refused(
        DAMAGED + "its updaterState.bin has 43 values, the optimizer of its configuration.json 86");
  }

  private static byte[] last(byte[] array, float value) {
    byte[] other = array.clone();
    ByteBuffer.wrap(other).putFloat(other.length - Float.BYTES, value);
    return other;
  }

  /** An array of one row with a header of one's own. */
  private static byte[] header(long shape, long length, String type, byte[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(200 + values.length);
    text(bytes, "MIXED_DATA_TYPES").putLong(8);
    text(bytes, "LONG");
    for (long number : new long[] {2, 1, shape, shape, 1, 0, 1, 'c'}) {
      bytes.putLong(number);
    }
    text(bytes, "MIXED_DATA_TYPES").putLong(length);
    text(bytes, type).put(values);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static ByteBuffer text(ByteBuffer bytes, String text) {
    return bytes.putShort((short) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String description(String reason) {
    return "Cannot load the model: its model.json is damaged: " + reason;
  }

  @Test
  void anInputOfTwoBillionRows() throws IOException {
    saved.model(model -> ((ObjectNode) model.get("input")).put("height", Integer.MAX_VALUE));
    refused(
        description(
            "Cannot describe a network's input: 1 channels, height 2147483647, width 4; one example may have 134217728 values at most"));
  }

  @Test
  void anInputThatIsNotTheNetworks() throws IOException {
    saved.model(model -> ((ObjectNode) model.get("input")).put("width", 5));
    refused(description("the network's first layer takes 4 inputs, but the data has vectors of 5"));
  }

  @Test
  void aScalingThatIsNoNumber() throws IOException {
    saved.model(
        model ->
            ((ObjectNode) model.get("input"))
                .putObject("scaling")
                .<ObjectNode>set("mean", model.arrayNode().add("NaN"))
                .set("std", model.arrayNode().add(1)));
    refused(description("Cannot scale pixels: the mean NaN is not finite"));
  }

  @Test
  void labelsThatAreNotTheUnits() throws IOException {
    saved.model(model -> model.set("labels", model.arrayNode().add("red").add("green")));
    refused(description("it has 2 labels of 3 classes"));
  }

  @Test
  void classesThatAreNotTheUnits() throws IOException {
    saved.model(
        model -> {
          model.set("labels", model.arrayNode().add("red").add("green"));
          model.remove("classification");
        });
    refused(
        description(
            "Cannot use the network: its output layer has 3 units and the loss categorical-crossentropy, but 2 and categorical-crossentropy are asked for"));
  }

  @Test
  void aDescriptionThatTellsNothing() throws IOException {
    saved.put("model.json", "{}".getBytes(StandardCharsets.UTF_8));
    saved.seal("model.json");
    refused(description("it does not tell the network's input"));
    saved.put("model.json", "null".getBytes(StandardCharsets.UTF_8));
    saved.seal("model.json");
    refused(description("it is empty"));
  }
}
