/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.testkit.LocalSpark;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NativeMemoryTest {
  @Test
  void sizesAreThoseOfSpark() {
    assertEquals("1536 MB", NativeMemory.parse("1536m").toString());
    assertEquals("2048 MB", NativeMemory.parse("2g").toString());
    assertFalse(NativeMemory.parse("").isBounded());
    for (String wrong : new String[] {"much", "-1g", "0", "1.5g"}) {
      assertEquals(
          "Cannot bound the native memory: spark.kindling.native-memory is '"
              + wrong
              + "', but must be a size such as 1g or 512m",
          assertThrows(KindlingException.class, () -> NativeMemory.parse(wrong).check())
              .getMessage());
    }
  }

  @Test
  void anArrayBeyondTheBoundIsOneErrorThatNamesTheSetting() {
    NativeRuntime.start();
    NativeMemory bound = NativeMemory.parse("16m");
    bound.afterLoading();
    try {
      NativeMemory.within("train", () -> Nd4j.createUninitialized(1 << 20)).close();
      String message =
          assertThrows(
                  KindlingException.class,
                  () -> NativeMemory.within("train", () -> Nd4j.createUninitialized(8 << 20)))
              .getMessage();
      assertTrue(message.startsWith("Cannot train: out of native memory ("), message);
      assertTrue(message.contains("raise spark.kindling.native-memory"), message);
    } finally {
      Nd4j.getEnvironment().setDeviceLimit(0, 0);
    }
    try (INDArray large = Nd4j.createUninitialized(8 << 20)) {
      assertEquals(8 << 20, large.length());
    }
  }

  /** Where Spark took it for fatal, it would end this JVM. */
  @Test
  @ExtendWith(LocalSpark.class)
  void aTaskThatRunsOutOfItFailsAndItsExecutorGoesOn(SparkSession spark) {
    JavaRDD<Integer> one =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(List.of(1), 1);
    Exception thrown =
        assertThrows(
            Exception.class,
            () -> one.foreach(row -> NativeMemory.within("train", NativeMemoryTest::exhausted)));
    KindlingException found = KindlingException.in(thrown);
    assertTrue(found.getMessage().startsWith("Cannot train: out of native memory ("));
    assertNull(found.getCause());
    assertEquals("Failed to allocate memory within limits", found.getSuppressed()[0].getMessage());
    assertEquals(1, one.count());
  }

  private static Integer exhausted() {
    throw new OutOfMemoryError("Failed to allocate memory within limits");
  }

  @Test
  void aProcessBeyondTheBoundIsTheSameErrorAndOthersStayAsTheyAre() {
    String message =
        assertThrows(
                KindlingException.class,
                () ->
                    NativeMemory.within(
                        "train",
                        () -> {
                          throw new IllegalStateException(
                              "Error during neural network forward pass",
                              new OutOfMemoryError(
                                  "Physical memory usage is too high: physicalBytes (639M) > maxPhysicalBytes (600M)"));
                        }))
            .getMessage();
    assertTrue(
        message.startsWith(
            "Cannot train: out of native memory (Physical memory usage is too high: physicalBytes (639M) > maxPhysicalBytes (600M))"),
        message);
    OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
    assertSame(
        heap,
        assertThrows(
            OutOfMemoryError.class,
            () ->
                NativeMemory.within(
                    "train",
                    () -> {
                      throw heap;
                    })));
  }
}
