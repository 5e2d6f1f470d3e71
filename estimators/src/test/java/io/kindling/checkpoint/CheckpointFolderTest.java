/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.model.EpochSummary;
import io.kindling.model.RoundLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {
  private static final TrainingIdentity IDENTITY = identity("64", "1");

  @TempDir private Path folder;

  @Test
  void whatWasWrittenIsReadToTheBit() {
    CheckpointFolder written = open();
    Checkpoint checkpoint = checkpoint(3, 0.1 + 0.2);
    assertTrue(written.write(checkpoint));

    Checkpoint read = open().newest(IDENTITY).checkpoint();

    assertEquals(checkpoint.progress(), read.progress());
    assertEquals(Set.of("params", "updater-state", "outer"), read.arrays().keySet());
    read.arrays()
        .forEach((name, bytes) -> assertArrayEquals(checkpoint.arrays().get(name), bytes, name));
    assertEquals(written.last(), folder.resolve("checkpoint-00000001").toString());
  }

  @Test
  void awkwardDoublesSurvive() {
    for (double value :
        new double[] {
          Double.MIN_VALUE, Math.nextUp(1.0), 2.225073858507201e-308, Double.NaN, 1e300 / 3, -0.0
        }) {
      open().write(checkpoint(1, value));
      double read =
          open().newest(IDENTITY).checkpoint().progress().history().get(0).validation().get("f1");
      assertEquals(Double.doubleToLongBits(value), Double.doubleToLongBits(read));
    }
  }

  @Test
  void theLastTwoAreKept() throws IOException {
    Files.createDirectories(folder.resolve("mine"));
    CheckpointFolder checkpoints = open();
    for (int i = 1; i <= 4; i++) {
      checkpoints.write(checkpoint(i, i));
    }
    assertEquals(Set.of("checkpoint-00000003", "checkpoint-00000004", "mine"), names());

    checkpoints.clear();
    assertEquals(Set.of("mine"), names());
    assertNull(checkpoints.last());
  }

  @Test
  void aCheckpointCutShortAtAnyPlaceIsNeverUsed() throws IOException {
    for (String file : List.of("params.bin", "progress.json", "checkpoint.json")) {
      for (double share : new double[] {0, 0.5, 0.99}) {
        writeTwo();
        Path cut = folder.resolve("checkpoint-00000002").resolve(file);
        byte[] content = Files.readAllBytes(cut);
        overwrite(cut, java.util.Arrays.copyOf(content, (int) (content.length * share)));

        assertOlderIsUsed(file + " cut to " + share);
      }
      writeTwo();
      Files.delete(folder.resolve("checkpoint-00000002").resolve(file));
      assertOlderIsUsed(file + " deleted");
    }
  }

  @Test
  void aCheckpointWithAFlippedBitIsNeverUsed() throws IOException {
    for (String file : List.of("updater-state.bin", "progress.json")) {
      for (double place : new double[] {0, 1}) {
        writeTwo();
        Path flipped = folder.resolve("checkpoint-00000002").resolve(file);
        byte[] content = Files.readAllBytes(flipped);
        int at = (int) ((content.length - 1) * place);
        content[at] = (byte) (content[at] ^ 1);
        overwrite(flipped, content);

        assertOlderIsUsed(file + " flipped at " + place);
      }
    }
  }

  /** In the list of files a flip may fall on a version's name, which harms nothing. */
  @Test
  void aFlipInTheListOfFilesDoesNotChangeWhatIsRead() throws IOException {
    open().write(checkpoint(2, 2));
    Checkpoint right = open().newest(IDENTITY).checkpoint();
    Path list = folder.resolve("checkpoint-00000001").resolve("checkpoint.json");
    byte[] content = Files.readAllBytes(list);
    for (int i = 0; i < content.length; i += 37) {
      byte[] flipped = content.clone();
      flipped[i] = (byte) (flipped[i] ^ 4);
      overwrite(list, flipped);
      Restored restored = open().newest(IDENTITY);
      if (restored != null) {
        assertEquals(right.progress(), restored.checkpoint().progress());
        assertEquals(right.arrays().keySet(), restored.checkpoint().arrays().keySet());
      }
    }
  }

  @Test
  void aDamagedOneIsNamedAndGoesWhenTheNextIsWhole() throws IOException {
    writeTwo();
    overwrite(folder.resolve("checkpoint-00000002/params.bin"), new byte[4]);

    CheckpointFolder checkpoints = open();
    Restored restored = checkpoints.newest(IDENTITY);
    assertEquals(
        List.of(
            folder.resolve("checkpoint-00000002")
                + " is damaged (params.bin has 4 bytes instead of 12)"),
        restored.damaged());
    checkpoints.write(checkpoint(3, 3));
    assertEquals(Set.of("checkpoint-00000001", "checkpoint-00000003"), names());
  }

  @Test
  void whereAllAreDamagedThereIsNone() throws IOException {
    open().write(checkpoint(1, 1));
    Files.delete(folder.resolve("checkpoint-00000001/checkpoint.json"));
    CheckpointFolder checkpoints = open();
    assertNull(checkpoints.newest(IDENTITY));
    checkpoints.write(checkpoint(1, 1));
    assertEquals(Set.of("checkpoint-00000002"), names());
  }

  @Test
  void halfACheckpointOfAKilledDriverIsNoneAndGoes() throws IOException {
    Path unfinished = Files.createDirectories(folder.resolve(".unfinished-checkpoint-1"));
    Files.write(unfinished.resolve("params.bin"), new byte[12]);
    assertNull(open().newest(IDENTITY));
    open().write(checkpoint(1, 1));
    assertEquals(Set.of("checkpoint-00000001"), names());
  }

  @Test
  void theCheckpointOfAnotherTrainingIsRefusedAndWhatDiffersIsNamed() {
    open().write(checkpoint(1, 1));
    assertEquals(
        "Cannot go on from "
            + folder.resolve("checkpoint-00000001")
            + ", the checkpoint of another training: training.batch-size was 64, is 32;"
            + " training.seed was 1, is 2; choose another training.checkpoint.dir, or delete this"
            + " one to start anew",
        assertThrows(KindlingException.class, () -> open().newest(identity("32", "2")))
            .getMessage());
  }

  @Test
  void aStateThatIsNotFiniteIsNotWritten() throws IOException {
    CheckpointFolder checkpoints = open();
    checkpoints.write(checkpoint(1, 1));
    Checkpoint diverged =
        new Checkpoint(
            checkpoint(2, 2).progress(),
            Map.of("params", HostArrays.toBytes(new float[] {1, Float.NaN})));
    assertFalse(checkpoints.write(diverged));
    assertEquals(folder.resolve("checkpoint-00000001").toString(), checkpoints.last());
    assertEquals(Set.of("checkpoint-00000001"), names());
  }

  @Test
  void aPlaceThatCannotBeWrittenIsRefusedBeforeTheTraining() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    String message =
        assertThrows(
                KindlingException.class,
                () ->
                    new CheckpointFolder(file.resolve("in").toString(), new Configuration())
                        .requireWritable())
            .getMessage();
    assertTrue(message.startsWith("Cannot keep checkpoints in " + file + "/in: "), message);
    assertTrue(
        message.endsWith("; set training.checkpoint.dir to a folder that can be written"), message);
    assertEquals(
        "Cannot keep checkpoints in nowhere://x/y: No FileSystem for scheme \"nowhere\""
            + " (training.checkpoint.dir)",
        assertThrows(
                KindlingException.class,
                () -> new CheckpointFolder("nowhere://x/y", new Configuration()))
            .getMessage());
    open().requireWritable();
    assertEquals(Set.of("file"), names());
  }

  private void assertOlderIsUsed(String what) {
    Restored restored = open().newest(IDENTITY);
    assertEquals(1, restored.checkpoint().progress().position().epoch(), what);
    assertEquals(1, restored.damaged().size(), what);
  }

  private CheckpointFolder open() {
    return new CheckpointFolder(folder.toString(), new Configuration());
  }

  private void writeTwo() {
    CheckpointFolder checkpoints = open();
    checkpoints.clear();
    checkpoints.write(checkpoint(1, 1));
    checkpoints.write(checkpoint(2, 2));
  }

  /** And without Hadoop's own checksum of local files, which would notice first. */
  private static void overwrite(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, content);
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static TrainingIdentity identity(String batch, String seed) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("training.batch-size", batch);
    settings.put("training.seed", seed);
    return new TrainingIdentity(settings);
  }

  private static Checkpoint checkpoint(int epoch, double value) {
    RoundLedger ledger = new RoundLedger(3, value / 3, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 8);
    return new Checkpoint(
        new Checkpoint.Progress(
            IDENTITY,
            new Position(epoch, 7, 123),
            new RunningEpoch(11, 3, value * 7, ledger),
            42L << 33,
            ledger,
            new BestEpoch(1, value, 2, 99),
            List.of(new EpochSummary(1, 0.7, Map.of("f1", value), 1.5, 3.5, ledger))),
        Map.of(
            "params", HostArrays.toBytes(new float[] {1, 2, 3}),
            "updater-state", HostArrays.toBytes(new float[] {0.5f}),
            "outer", HostArrays.toBytes(new float[] {9, 8})));
  }
}
