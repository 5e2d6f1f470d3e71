/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.data.BadRowPolicy;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.data.prepare.DataSetWriter;
import io.kindling.data.read.ImageDataSet;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a training takes of the memory of its executors. */
@ExtendWith(LocalSpark.class)
class MemoryTest {
  private static final int SIDE = 64;
  private static final int CHANNELS = 3;
  private static final int IMAGE_BYTES = SIDE * SIDE * CHANNELS;
  private static final int IMAGES = 180_000;
  private static final int PARTITIONS = 20;
  private static final int EPOCHS = 3;
  private static final long KILOBYTE = 1024;

  /** Heap, Java itself, native-memory. */
  private static final long MEGABYTES_ALLOWED = 512 + 384 + 256;

  @TempDir private Path folder;

  @AfterEach
  void stopTheCluster() throws Exception {
    Kindling.script("cluster", folder, "stop");
  }

  @Test
  void aNetworkTooLargeForTheNativeMemoryIsOneErrorAndASmallOneTrains() throws Exception {
    Kindling.set(folder, "prepare", "format=generated", "generated.rows=600", "output=digits")
        .summary();
    JsonNode trained = train("native-memory=64m", "network.name=lenet").summary();
    assertEquals(trained.get("examples"), trained.get("examplesTrained"));

    Kindling.Run refused =
        train(
            "native-memory=64m",
            "network.layers=[flatten, {dense {units = 20000, activation = relu}}]");
    assertEquals(1, refused.status());
    assertTrue(
        refused.lastError().startsWith("error: Cannot train: out of native memory ("),
        refused.err());
    assertTrue(
        refused
            .lastError()
            .endsWith(
                "of which a process may have 64 MB; raise spark.kindling.native-memory (in a job file: native-memory), or choose a smaller batch size or network"),
        refused.lastError());
  }

  private Kindling.Run train(String... settings) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of("input=digits", "model=model", "overwrite=true", "training.epochs=1"));
    all.addAll(List.of(settings));
    return Kindling.set(folder, "train", all.toArray(new String[0]));
  }

  @Test
  @Tag("long")
  void aSetOfFourTimesTheHeapTrainsInMemoryThatDoesNotGrow(SparkSession spark) throws Exception {
    assertTrue((long) IMAGES * IMAGE_BYTES > 2L << 30);
    writeRandomImages(spark);
    spark.stop(); // this process has no further use for it, and the machine may be small
    Kindling.Run started =
        Kindling.script("cluster", folder, "start", "--workers", "2", "--memory", "1g");
    assertEquals(0, started.status(), started.err());

    Kindling.Running training =
        Kindling.begin(
            "kindling",
            folder,
            "train",
            "--set",
            "input=pixels",
            "--set",
            "model=model",
            "--set",
            "network.layers=[{average-pooling2d {pool-size = 8}}, flatten]",
            "--set",
            "native-memory=256m",
            "--set",
            "training.epochs=" + EPOCHS,
            "--set",
            "training.workers=2",
            "--set",
            "training.averaging-frequency=50",
            "--",
            "--master",
            started.out().strip(),
            "--driver-memory",
            "1g",
            "--executor-memory",
            "512m");
    List<Map<Long, Long>> peaks = watch(training);
    JsonNode summary = training.end().summary();
    System.err.println("Peak resident kilobytes by process, before and in each epoch: " + peaks);
    System.err.println(summary);

    assertEquals(IMAGES, summary.get("examples").asLong());
    assertEquals((long) EPOCHS * IMAGES, summary.get("examplesTrained").asLong());
    assertEquals(2, peaks.get(EPOCHS).size());
    peaks
        .get(EPOCHS)
        .forEach(
            (executor, last) -> {
              long first = peaks.get(1).get(executor);
              assertTrue(last <= 1.2 * first, executor + ": " + peaks);
              assertTrue(last < MEGABYTES_ALLOWED * KILOBYTE, executor + ": " + peaks);
            });
  }

  /**
   * Samples the executors while a training runs.
   *
   * @return the greatest resident size, kilobytes, of each process: first until the end of the
   *     first epoch, then in each epoch
   */
  private List<Map<Long, Long>> watch(Kindling.Running training) throws Exception {
    List<Map<Long, Long>> peaks = new ArrayList<>();
    for (int epoch = 0; epoch <= EPOCHS; epoch++) {
      peaks.add(new TreeMap<>());
    }
    while (!training.process().waitFor(200, TimeUnit.MILLISECONDS)) {
      long done =
          Files.readAllLines(training.err()).stream()
              .filter(line -> line.matches("epoch \\d+/\\d+: loss .*"))
              .count();
      boolean trains =
          Files.readAllLines(training.err()).stream().anyMatch(line -> line.startsWith("training"));
      int phase = trains ? (int) done + 1 : 0;
      if (phase <= EPOCHS) {
        for (ProcessHandle executor : executors()) {
          peaks.get(phase).merge(executor.pid(), residentKilobytes(executor), Math::max);
        }
      }
    }
    return peaks;
  }

  /** The executors are children of the workers, whose pids the cluster's folder has. */
  private List<ProcessHandle> executors() throws IOException {
    List<ProcessHandle> executors = new ArrayList<>();
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path state : folders.filter(Files::isDirectory).toList()) {
        try (Stream<Path> files = Files.list(state)) {
          for (Path file :
              files.filter(f -> f.getFileName().toString().matches("worker-\\d+\\.pid")).toList()) {
            ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).stream()
                .flatMap(ProcessHandle::children)
                .forEach(executors::add);
          }
        }
      }
    }
    return executors;
  }

  private static long residentKilobytes(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) { // it has just ended
      return 0;
    }
  }

  /** Pixels that no codec makes smaller. */
  private void writeRandomImages(SparkSession spark) {
    List<Integer> partitions = Stream.iterate(0, i -> i + 1).limit(PARTITIONS).toList();
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(partitions, PARTITIONS)
            .flatMap(partition -> images(partition).iterator());
    Dataset<Row> images = spark.createDataFrame(rows, ImageDataSet.SCHEMA);
    Metadata classes = ImageDataSet.classMetadata(List.of("dark", "bright"));
    new DataSetWriter(BadRowPolicy.FAIL, false)
        .write(
            images.withColumn(
                ImageDataSet.LABEL, images.col(ImageDataSet.LABEL).as(ImageDataSet.LABEL, classes)),
            folder.resolve("pixels").toString(),
            ImageDataSet.SPLIT);
  }

  private static Iterable<Row> images(int partition) {
    SplittableRandom random = new SplittableRandom(partition);
    return () ->
        Stream.iterate(0, i -> i + 1)
            .limit(IMAGES / PARTITIONS)
            .map(i -> image(partition + "#" + i, i % 2, random))
            .iterator();
  }

  private static Row image(String origin, int label, SplittableRandom random) {
    byte[] data = new byte[IMAGE_BYTES];
    random.nextBytes(data);
    return RowFactory.create(
        origin,
        ImageRows.toRow(origin, new Pixels(SIDE, SIDE, CHANNELS, data)),
        (double) label,
        ImageDataSet.TRAIN,
        null);
  }
}
