/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.input.ExampleBuffer;
import io.kindling.testkit.LocalSpark;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.NotSerializableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

@ExtendWith(LocalSpark.class)
class ShardTest {
  private static final int BYTES = 100;
  private static final ClassTag<Shard> TAG = ClassTag$.MODULE$.apply(Shard.class);

  @BeforeEach
  void startSpark(SparkSession spark) {
    assertTrue(spark.sparkContext().isLocal());
  }

  @Test
  void theOrderOfExamplesDoesNotDependOnTheOrderOfArrival() {
    List<ExampleBlock> blocks = blocks(true);
    try (Shard inOrder = Shard.of(blocks.iterator())) {
      assertEquals(0, first(inOrder.training(), 0));
      for (int draw = 0; draw < 5; draw++) {
        List<ExampleBlock> mixed = new ArrayList<>(blocks);
        Collections.shuffle(mixed, new Random(draw));
        try (Shard shard = Shard.of(mixed.iterator())) {
          assertSame(inOrder, shard);
        }
      }
    }
  }

  @Test
  void anExampleIsReadBackAsItCame() {
    try (Shard shard = Shard.of(blocks(true).iterator())) {
      ExampleStore store = shard.training();
      assertEquals(12 * 7, store.size());
      ExampleBuffer into = new ExampleBuffer();
      for (int index = store.size() - 1; index >= 0; index--) {
        store.read(index, into);
        assertArrayEquals(example(index, false), into.copy());
        assertEquals(BYTES, store.bytes(index));
        assertEquals(index % 3, store.label(index));
        assertEquals(index / 2f, store.weight(index));
      }
      assertEquals(7, shard.validation().size());
      assertEquals(3, shard.skipped());
    }
  }

  @Test
  void withoutWeightsEachExampleWeighsOne() {
    try (Shard shard = Shard.of(blocks(false).iterator())) {
      assertFalse(shard.training().isWeighted());
      assertEquals(1, shard.training().weight(5));
    }
  }

  @Test
  void anyOtherByteLabelWeightOrOrderHasAnotherFingerprint() {
    long before = fingerprint(blocks(true));
    assertEquals(before, fingerprint(blocks(true)));
    List<ExampleBlock> other = blocks(true);
    other.get(3).features[50]++;
    assertNotEquals(before, fingerprint(other));
    other = blocks(true);
    other.get(3).labels[5]++;
    assertNotEquals(before, fingerprint(other));
    other = blocks(true);
    other.get(3).weights[5]++;
    assertNotEquals(before, fingerprint(other));
    other = blocks(true);
    other.remove(3);
    assertNotEquals(before, fingerprint(other));
  }

  @Test
  void aTaskThatIsInterruptedWhileItReadsDoesNotCloseTheShardForOthers() throws Exception {
    try (Shard shard = Shard.of(blocks(true).iterator())) {
      Thread killed =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                for (int i = 0; i < 1000; i++) {
                  first(shard.training(), i % shard.training().size());
                }
              });
      killed.start();
      for (int i = 0; i < 1000; i++) {
        killed.interrupt();
        assertEquals(9, first(shard.training(), 9));
      }
      killed.join();
      assertEquals(9, first(shard.training(), 9));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aShardThatTravelsIsTheSameShardInAFileOfItsOwn(boolean kryo) throws Exception {
    Serializer serializer =
        kryo ? new KryoSerializer(new SparkConf(false)) : new JavaSerializer(new SparkConf(false));
    try (Shard shard = Shard.of(blocks(true).iterator());
        Shard next = Shard.of(blocks(false).iterator())) {
      byte[] travelling = serialized(serializer, shard, next);
      DeserializationStream in =
          serializer.newInstance().deserializeStream(new ByteArrayInputStream(travelling));
      Shard first = in.readObject(TAG);
      assertSame(shard, first);
      first.close();
      try (Shard second = in.readObject(TAG)) {
        assertSame(next, second);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DISK_ONLY", "MEMORY_ONLY_SER", "MEMORY_ONLY"})
  void sparkMayKeepAShardAtAnyStorageLevel(String level, SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Shard> shards =
        context
            .parallelize(List.of(1, 2), 2)
            .map(one -> Shard.of(blocks(true).iterator()))
            .persist(StorageLevel.fromString(level));
    long expected = fingerprint(blocks(true));
    for (int time = 0; time < 2; time++) {
      assertEquals(
          List.of(expected, expected),
          shards
              .map(
                  shard -> {
                    assertEquals(5, first(shard.training(), 5));
                    return shard.fingerprint();
                  })
              .collect());
    }
    shards.unpersist(true);
  }

  @Test
  void examplesOfDifferentLengthsAreReadBackAsTheyCame() throws Exception {
    List<ExampleBlock> blocks = blocks(false, true);
    Collections.shuffle(blocks, new Random(1));
    try (Shard shard = Shard.of(blocks.iterator())) {
      ExampleStore store = shard.training();
      ExampleBuffer into = new ExampleBuffer();
      for (int index = store.size() - 1; index >= 0; index--) {
        store.read(index, into);
        assertArrayEquals(example(index, true), into.copy());
        assertEquals(into.length(), store.bytes(index));
      }
      for (Serializer serializer :
          List.of(
              new JavaSerializer(new SparkConf(false)), new KryoSerializer(new SparkConf(false)))) {
        try (Shard copy =
            serializer
                .newInstance()
                .deserializeStream(new ByteArrayInputStream(serialized(serializer, shard)))
                .readObject(TAG)) {
          assertSame(shard, copy);
        }
      }
    }
  }

  @Test
  void aShardThatDoesNotFitTheHeapDoesNotTravel() {
    int examples = (int) (Runtime.getRuntime().maxMemory() / 16 / (1 << 20)) + 1;
    byte[] features = new byte[1 << 20];
    List<ExampleBlock> blocks = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      blocks.add(new ExampleBlock(0, i, false, features, null, new float[1], null, 0));
    }
    try (Shard shard = Shard.of(blocks.iterator())) {
      assertThrows(
          NotSerializableException.class,
          () -> serialized(new JavaSerializer(new SparkConf(false)), shard));
    }
  }

  @Test
  void aClosedShardLeavesNoFileAndNoHandle() throws Exception {
    long before = handles();
    Shard shard = Shard.of(blocks(true).iterator());
    assertEquals(before + 1, handles());
    assertEquals(0, localFiles());
    shard.close();
    assertEquals(before, handles());
    assertEquals(
        "Stream Closed",
        assertThrows(KindlingException.class, () -> first(shard.training(), 0))
            .getCause()
            .getMessage());
  }

  @Test
  void aShardThatNobodyClosesGivesItsSpaceBackWhenNobodyUsesIt() throws Exception {
    long before = handles();
    Shard shard = Shard.of(blocks(true).iterator());
    assertEquals(before + 1, handles());
    shard = null;
    for (int tries = 0; tries < 100 && handles() > before; tries++) {
      System.gc();
      Thread.sleep(20);
    }
    assertTrue(handles() <= before);
    assertEquals(null, shard);
  }

  @Test
  void aShardWhoseBlocksStopArrivingLeavesNoHandle() throws Exception {
    long before = handles();
    List<ExampleBlock> broken = blocks(true);
    broken.set(5, null);
    assertThrows(NullPointerException.class, () -> Shard.of(broken.iterator()));
    assertEquals(before, handles());
  }

  @Test
  void aFullDiskIsOneErrorThatNamesTheFileAndTheSetting(@TempDir Path folder) throws Exception {
    Path full = Files.createSymbolicLink(folder.resolve("full"), Path.of("/dev/full"));
    try (ExampleFile file = new ExampleFile(full.toFile())) {
      assertEquals(
          "Cannot keep the training set on local disk: "
              + full
              + ": No space left on device; spark.local.dir (or SPARK_LOCAL_DIRS) names the folders,"
              + " which need room for this executor's part of the training set, twice",
          assertThrows(KindlingException.class, () -> file.append(new byte[10], 10)).getMessage());
    }
    File none = folder.resolve("no/such/folder").toFile();
    String message =
        assertThrows(KindlingException.class, () -> new ExampleFile(none)).getMessage();
    assertTrue(message.startsWith("Cannot keep the training set on local disk: " + none), message);
  }

  private static long fingerprint(List<ExampleBlock> blocks) {
    try (Shard shard = Shard.of(blocks.iterator())) {
      return shard.fingerprint();
    }
  }

  private static byte[] serialized(Serializer serializer, Shard... shards) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SerializationStream out = serializer.newInstance().serializeStream(bytes);
    for (Shard shard : shards) {
      out.writeObject(shard, TAG);
    }
    out.close();
    return bytes.toByteArray();
  }

  /** The first byte of an example tells its place. */
  private static int first(ExampleStore store, int index) {
    ExampleBuffer example = new ExampleBuffer();
    store.read(index, example);
    return example.bytes()[0] & 0xff;
  }

  private static void assertSame(Shard expected, Shard found) {
    assertEquals(expected.fingerprint(), found.fingerprint());
    assertEquals(expected.skipped(), found.skipped());
    assertSame(expected.training(), found.training());
    assertSame(expected.validation(), found.validation());
  }

  private static void assertSame(ExampleStore expected, ExampleStore found) {
    assertEquals(expected.size(), found.size());
    assertEquals(expected.isWeighted(), found.isWeighted());
    ExampleBuffer one = new ExampleBuffer();
    ExampleBuffer other = new ExampleBuffer();
    for (int i = 0; i < expected.size(); i++) {
      expected.read(i, one);
      found.read(i, other);
      assertArrayEquals(one.copy(), other.copy());
      assertEquals(expected.label(i), found.label(i));
      assertEquals(expected.weight(i), found.weight(i));
    }
  }

  private static List<ExampleBlock> blocks(boolean weighted) {
    return blocks(weighted, false);
  }

  /** Three source partitions with four blocks of seven examples each; one block validates. */
  private static List<ExampleBlock> blocks(boolean weighted, boolean variable) {
    List<ExampleBlock> blocks = new ArrayList<>();
    int number = 0;
    for (int partition = 0; partition < 3; partition++) {
      for (int sequence = 0; sequence < 4; sequence++) {
        blocks.add(block(partition, sequence, false, number, weighted, variable));
        number += 7;
      }
    }
    blocks.add(block(0, 0, true, 0, weighted, variable));
    return blocks;
  }

  private static ExampleBlock block(
      int partition,
      int sequence,
      boolean validation,
      int number,
      boolean weighted,
      boolean variable) {
    ByteArrayOutputStream features = new ByteArrayOutputStream();
    int[] lengths = variable ? new int[7] : null;
    float[] labels = new float[7];
    float[] weights = weighted ? new float[7] : null;
    for (int i = 0; i < 7; i++) {
      byte[] example = example(number + i, variable);
      features.writeBytes(example);
      if (variable) {
        lengths[i] = example.length;
      }
      labels[i] = (number + i) % 3;
      if (weighted) {
        weights[i] = (number + i) / 2f;
      }
    }
    return new ExampleBlock(
        partition,
        sequence,
        validation,
        features.toByteArray(),
        lengths,
        labels,
        weights,
        validation ? 3 : 0);
  }

  private static byte[] example(int number, boolean variable) {
    byte[] example = new byte[variable ? 1 + number % 9 : BYTES];
    for (int i = 0; i < example.length; i++) {
      example[i] = (byte) (number + i);
    }
    return example;
  }

  /** Open files of this process that are Spark's temporary blocks without a name. */
  private static long handles() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.map(ShardTest::target)
          .filter(target -> target.contains("temp_local_") && target.endsWith("(deleted)"))
          .count();
    }
  }

  private static String target(Path handle) {
    try {
      return Files.readSymbolicLink(handle).toString();
    } catch (IOException e) { // closed meanwhile
      return "";
    }
  }

  private static long localFiles() {
    return Stream.of(SparkEnv.get().blockManager().diskBlockManager().localDirs())
        .flatMap(folder -> Stream.of(folder.listFiles()))
        .filter(File::isDirectory)
        .flatMap(folder -> Stream.of(folder.list()))
        .filter(name -> name.startsWith("temp_local_"))
        .count();
  }
}
