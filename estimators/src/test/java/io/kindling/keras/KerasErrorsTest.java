/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that is wrong with a file is one line that names it. */
@ExtendWith(LocalSpark.class)
class KerasErrorsTest {
  private static final String ARCHITECTURE = KerasFixture.file("architecture.model.json");
  private static final String WEIGHTS = KerasFixture.file("architecture-weights.h5");

  @TempDir Path folder;

  /** Loading needs an active session. */
  KerasErrorsTest(SparkSession spark) {
    spark.version();
  }

  private static String refused(String path) {
    return message(() -> KerasModel.load(path));
  }

  private static String message(org.junit.jupiter.api.function.Executable loading) {
    String message = assertThrows(KindlingException.class, loading).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private String file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes).toString();
  }

  @Test
  void aFileThatIsNotThere() {
    assertEquals(
        "Cannot read the Keras file /nowhere/x.h5: there is no such file",
        refused("/nowhere/x.h5"));
  }

  @Test
  void aFolder() {
    assertEquals(
        "Cannot read the Keras file %s: it is a folder; a model that Keras saved as .h5 is one file"
            .formatted(folder),
        refused(folder.toString()));
  }

  @Test
  void anotherKindOfFile() throws IOException {
    String path = file("text.h5", "no HDF5 at all, but a text".getBytes(StandardCharsets.UTF_8));

    assertEquals(
        "Cannot read the Keras file %s: it is no HDF5 file, or its beginning is damaged"
            .formatted(path),
        refused(path));
  }

  @Test
  void anEmptyFile() throws IOException {
    String path = file("empty.h5", new byte[0]);

    assertTrue(refused(path).startsWith("Cannot read the Keras file " + path + ": it is no HDF5"));
  }

  @Test
  void anArchiveOfKeras3() throws IOException {
    String path = file("model.keras", new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0});

    assertEquals(
        "Cannot read the Keras file %s: it is a zip archive, as Keras writes .keras files; save the model as .h5 with Keras 2 (pip install tf-keras, and TF_USE_LEGACY_KERAS=1 in the environment)"
            .formatted(path),
        refused(path));
  }

  @Test
  void aFileOfKeras3() throws IOException {
    byte[] keras2 = Files.readAllBytes(Path.of(KerasFixture.file("dense.h5")));
    String keras3 = new String(keras2, StandardCharsets.ISO_8859_1).replace("2.15.0", "3.10.1");
    String path = file("keras3.h5", keras3.getBytes(StandardCharsets.ISO_8859_1));

    assertEquals(
        "Cannot read the Keras file %s: Keras 3.10.1 saved it, whose layers differ; save it with Keras 2 (pip install tf-keras, and TF_USE_LEGACY_KERAS=1 in the environment)"
            .formatted(path),
        refused(path));
  }

  @Test
  void anArchitectureOfKeras3() throws IOException {
    String json = Files.readString(Path.of(ARCHITECTURE)).replace("2.15.0", "3.0.5");
    String path = Files.writeString(folder.resolve("keras3.json"), json).toString();

    String message = message(() -> KerasModel.load(path, WEIGHTS, KerasOptions.DEFAULT));

    assertTrue(
        message.startsWith("Cannot read the Keras file %s: Keras 3.0.5 saved it".formatted(path)),
        message);
  }

  @Test
  void aFileThatEndsTooEarly() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(KerasFixture.file("residual.h5")));
    for (int length : new int[] {8, 50, 100, 2000, whole.length / 2, whole.length - 1}) {
      String path = file("short.h5", Arrays.copyOf(whole, length));

      String message = refused(path);

      assertTrue(message.startsWith("Cannot read the Keras file " + path + ": it "), message);
    }
    assertTrue(
        refused(folder.resolve("short.h5").toString())
            .endsWith(
                "it has %d bytes, but shall have %d; copy it anew"
                    .formatted(whole.length - 1, whole.length)));
  }

  @Test
  void aFileWithWrongBytesInIt() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(KerasFixture.file("dense.h5")));
    for (int from = 100; from < whole.length; from += 1500) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, from, Math.min(from + 300, whole.length), (byte) 0xee);
      String path = file("damaged.h5", damaged);
      try {
        // Not all bytes mean something.
        KerasModel.load(path);
      } catch (KindlingException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertTrue(e.getMessage().contains(path), e.getMessage());
      }
    }
  }

  @Test
  void weightsAlone() {
    assertEquals(
        "Cannot read the Keras file %s: it describes no network (no model_config), as files of save_weights; give the JSON of model.to_json() with it, or save with model.save"
            .formatted(WEIGHTS),
        refused(WEIGHTS));
  }

  @Test
  void weightsInAnotherLayout() {
    String weights = KerasFixture.file("architecture.weights.h5");

    assertEquals(
        "Cannot read the Keras file %s: it holds no weights of Keras as layers have them (no layer_names); names ending in .weights.h5 make Keras write another layout: save weights as x-weights.h5, or the model by model.save"
            .formatted(weights),
        message(() -> KerasModel.load(ARCHITECTURE, weights, KerasOptions.DEFAULT)));
  }

  @Test
  void weightsOfAnotherShape() throws IOException {
    String changed =
        Files.readString(Path.of(ARCHITECTURE))
            .replaceFirst("\"filters\": 6", "\"filters\": 7")
            .replace("\"units\": 4", "\"units\": 9");
    String architecture = Files.writeString(folder.resolve("changed.json"), changed).toString();

    assertEquals(
        "Cannot import the Keras model %s: 2 reasons: stem (Conv2D): has weights 'stem/kernel:0' of 3x3x3x6 in the file, its description asks for 3x3x3x7; classes (Dense): has weights 'classes/kernel:0' of 20x4 in the file, its description asks for 20x9"
            .formatted(WEIGHTS),
        message(() -> KerasModel.load(architecture, WEIGHTS, KerasOptions.DEFAULT)));
  }

  @Test
  void weightsOfAnotherModel() {
    String weights = KerasFixture.file("dense.h5");

    String message = message(() -> KerasModel.load(ARCHITECTURE, weights, KerasOptions.DEFAULT));

    for (String layer : List.of("stem (Conv2D)", "norm (BatchNormalization)", "classes (Dense)")) {
      assertTrue(message.contains(layer + ": has no weights in the file"), message);
    }
  }

  @Test
  void anArchitectureThatIsNone() throws IOException {
    String broken = Files.writeString(folder.resolve("broken.json"), "{\"class_name\":").toString();
    String other =
        Files.writeString(folder.resolve("other.json"), "{\"class_name\": \"Graph\"}").toString();

    assertTrue(
        message(() -> KerasModel.load(broken, WEIGHTS, KerasOptions.DEFAULT))
            .startsWith(
                "Cannot read the Keras file %s: its description of the network is no JSON: "
                    .formatted(broken)));
    assertEquals(
        "Cannot import the Keras model %s: it describes a 'Graph', not a Sequential or functional model"
            .formatted(WEIGHTS),
        message(() -> KerasModel.load(other, WEIGHTS, KerasOptions.DEFAULT)));
  }

  @Test
  void poolingThatPadsAsTheano() {
    String message =
        message(
            () ->
                KerasModel.load(
                    KerasFixture.file("average-pooling2d-same.h5"),
                    KerasOptions.DEFAULT.withBackend("theano")));

    assertTrue(
        message.contains(
            "(AveragePooling2D): pads as Theano does (padding = same), where our windows begin elsewhere"),
        message);
  }

  @Test
  void layersThatCannotBeImportedAreNamedAllTogether() {
    String path = KerasFixture.file("unknown.h5");

    assertEquals(
        "Cannot import the Keras model %s: 4 reasons: grow (Conv2DTranspose): there is no such layer here; noise (GaussianNoise): there is no such layer here; grouped (Conv2D): has groups = 2; only 1 can be imported; twice (Lambda): there is no such layer here"
            .formatted(path),
        refused(path));
  }

  @Test
  void labelsOfAnotherNumber() {
    String path = KerasFixture.file("dense.h5");

    assertEquals(
        "Cannot import the Keras model %s: it has 4 classes, but 2 labels are given"
            .formatted(path),
        message(() -> KerasModel.load(path, KerasOptions.DEFAULT.withLabels(List.of("a", "b")))));
  }

  @Test
  void twoScalings() {
    String message =
        message(
            () ->
                KerasModel.load(
                    KerasFixture.file("rescaling.h5"),
                    KerasOptions.DEFAULT.withScaling(io.kindling.input.PixelScaling.unit(3))));

    assertTrue(
        message.endsWith(
            "rescaling (Rescaling): scales pixels, and another scaling is given; leave that away"),
        message);
  }
}
