/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executor killed in mid-epoch, on a standalone cluster of two worker processes. */
@Tag("long")
class ExecutorLossTest {
  private static final int ROWS = 3000;
  private static final int EPOCHS = 6;

  @TempDir private Path folder;
  private String conf;
  private String master;

  @BeforeEach
  void startTheCluster() throws Exception {
    conf = Kindling.conf("quickstart.conf").toString();
    Kindling.run(
            folder,
            "prepare",
            "--conf",
            conf,
            "--set",
            "generated.rows=" + ROWS,
            "--set",
            "splits.test=0",
            "--set",
            "output=d")
        .summary();
    Kindling.Run started =
        Kindling.script("cluster", folder, "start", "--workers", "2", "--memory", "2g");
    assertEquals(0, started.status(), started.err());
    master = started.out().strip();
  }

  @AfterEach
  void stopTheCluster() throws Exception {
    Kindling.script("cluster", folder, "stop");
  }

  @Test
  void aTrainingThatLosesAnExecutorEndsWithTheModelOfOneThatDoesNot() throws Exception {
    disturbed("barrier");
  }

  @Test
  void soDoesOneInRoundsOfTheirOwnWithSpeculation() throws Exception {
    disturbed("elastic", "--conf", "spark.speculation=true");
  }

  private void disturbed(String rounds, String... options) throws Exception {
    JsonNode undisturbed = Kindling.run(folder, train("undisturbed", "local[2]")).summary();
    byte[] wanted = network("undisturbed");
    List<String> arguments = new ArrayList<>(List.of(train(rounds, master, options)));
    arguments.addAll(arguments.indexOf("--"), List.of("--set", "training.rounds=" + rounds));
    Kindling.Running running = Kindling.begin("kindling", folder, arguments.toArray(new String[0]));
    running.awaitError("epoch 2/" + EPOCHS + ":");
    Executors.under(folder).destroyForcibly();
    JsonNode summary = running.end().summary();
    assertEquals(
        undisturbed.get("examples").asLong() * EPOCHS, summary.get("examplesTrained").asLong());
    assertEquals(undisturbed.get("loss"), summary.get("loss"));
    assertArrayEquals(wanted, network(rounds));
  }

  private String[] train(String model, String at, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--conf",
                conf,
                "--set",
                "input=d",
                "--set",
                "model=" + model,
                "--set",
                "training.workers=2",
                "--set",
                "training.averaging-frequency=2",
                "--set",
                "training.epochs=" + EPOCHS,
                "--",
                "--master",
                at,
                "--executor-memory",
                "1g"));
    arguments.addAll(Arrays.asList(options));
    return arguments.toArray(new String[0]);
  }

  /** Parameters and optimizer state; the times in a zip file differ. */
  private byte[] network(String model) throws IOException {
    try (ZipFile zip = new ZipFile(folder.resolve(model).resolve("data/network.zip").toFile())) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      for (String name : List.of("coefficients.bin", "updaterState.bin")) {
        ZipEntry entry = zip.getEntry(name);
        content.write(zip.getInputStream(entry).readAllBytes());
      }
      return content.toByteArray();
    }
  }
}
