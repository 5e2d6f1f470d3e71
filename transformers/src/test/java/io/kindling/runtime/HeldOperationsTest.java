/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.testkit.JavaProgram;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

class HeldOperationsTest {
  private static final int THREADS = 4;
  private static final long MILLISECONDS = 8_000;

  /** Threads that added many rows, and right. */
  private static final AtomicInteger DONE = new AtomicInteger();

  @TempDir private Path folder;

  /** Without held operations it ends within two seconds, with SIGSEGV. */
  @Test
  void whatIsCollectedDuringAnOperationIsNotItsOwn() throws Exception {
    // Collections follow each other as fast as they can.
    List<String> options =
        List.of(
            "-Xmx256m",
            "-Xmn4m",
            "-XX:+UseParallelGC",
            "-XX:ErrorFile=" + folder.resolve("error.log"));
    JavaProgram program = JavaProgram.run(folder, options, HeldOperationsTest.class);
    assertEquals(0, program.status(), program.out() + program.err());
  }

  @Test
  void whatAnOperationThrowsIsThrown() {
    NativeRuntime.start();
    RuntimeException thrown =
        assertThrows(RuntimeException.class, () -> Nd4j.ones(2, 3).addi(Nd4j.ones(5, 7)));
    assertFalse(thrown instanceof UndeclaredThrowableException, thrown::toString);
    assertThrows(RuntimeException.class, () -> Nd4j.exec(new Wrong()));
    assertTrue(Proxy.isProxyClass(Nd4j.getExecutioner().getClass()));
  }

  /** An operation that ND4J's native code has not. */
  private static final class Wrong extends DynamicCustomOp {
    @Override
    public String opName() {
      return "no_such_operation";
    }
  }

  /** Adds rows to matrices on several threads while another makes garbage. */
  public static void main(String[] arguments) throws InterruptedException {
    NativeRuntime.start(1);
    long end = System.currentTimeMillis() + MILLISECONDS;
    Thread garbage =
        new Thread(
            () -> {
              byte[][] kept = new byte[64][];
              for (int i = 0; true; i = (i + 1) % kept.length) {
                kept[i] = new byte[100_000];
              }
            });
    garbage.setDaemon(true);
    garbage.start();
    Thread[] threads = new Thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
      threads[i] =
          new Thread(
              () -> {
                INDArray rows = Nd4j.zeros(64, 10);
                INDArray row = Nd4j.ones(1, 10);
                long count = 0;
                while (System.currentTimeMillis() < end) {
                  rows.addiRowVector(row);
                  count++;
                }
                DONE.addAndGet(count > 1000 && rows.getDouble(63, 9) == count ? 1 : 0);
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    System.exit(DONE.get() == THREADS ? 0 : 1);
  }
}
