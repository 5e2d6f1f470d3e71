/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import io.kindling.data.KindlingException;
import java.util.function.Supplier;
import org.apache.spark.network.util.JavaUtils;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much memory a process may take for arrays, outside of the Java heap, by Spark's setting
 * {@link #SETTING}.
 *
 * <p>Two of the native libraries' own limits hold it (both tried with ND4J 1.0.0-M2.1 and JavaCPP
 * 1.5.7): libnd4j refuses an array beyond it, and JavaCPP refuses to go on where the whole process,
 * as the operating system counts it, exceeds the greatest heap, 384 MB for Java itself, and this
 * together. The second is what bounds workspaces and oneDNN's memory, which nothing in ND4J counts
 * ({@code setMaxPrimaryMemory} bounds nothing). Without the setting JavaCPP's own default stands:
 * four times the greatest heap for the whole process.
 */
public final class NativeMemory {
  /** Bytes as Spark writes them, such as {@code 1g}; read once for each JVM. */
  public static final String SETTING = "spark.kindling.native-memory";

  private static final Logger LOG = LoggerFactory.getLogger(NativeMemory.class);
  private static final String WHOLE_PROCESS = "org.bytedeco.javacpp.maxPhysicalBytes";
  private static final long MEGABYTE = 1024 * 1024;

  /** For classes, compiled code, threads and network buffers; Spark's least overhead, too. */
  public static final long JAVA_ITSELF = 384 * MEGABYTE;

  private final long bytes;
  private final String problem;

  private NativeMemory(long bytes, String problem) {
    this.bytes = bytes;
    this.problem = problem;
  }

  /** As Spark's settings say; no bound where Spark does not run. */
  static NativeMemory ofThisProcess() {
    return parse(SparkProcess.setting(SETTING));
  }

  /**
   * @param size empty for no bound
   */
  static NativeMemory parse(String size) {
    if (size.isEmpty()) {
      return new NativeMemory(0, null);
    }
    try {
      long bytes = JavaUtils.byteStringAsBytes(size);
      if (bytes > 0) {
        return new NativeMemory(bytes, null);
      }
    } catch (ArithmeticException | IllegalArgumentException e) {
      LOG.debug("No size", e);
    }
    return new NativeMemory(
        0,
        "Cannot bound the native memory: %s is '%s', but must be a size such as 1g or 512m"
            .formatted(SETTING, size));
  }

  /** Whether there is a bound. */
  boolean isBounded() {
    return bytes > 0;
  }

  /**
   * @throws KindlingException if the setting is no size
   */
  void check() {
    if (problem != null) {
      throw new KindlingException(problem);
    }
  }

  /** What must be set before the native libraries load. */
  void beforeLoading() {
    if (isBounded() && System.getProperty(WHOLE_PROCESS) == null) {
      System.setProperty(WHOLE_PROCESS, Long.toString(wholeProcess()));
    }
  }

  /** What can be set only when they are loaded. */
  void afterLoading() {
    if (!isBounded()) {
      return;
    }
    Nd4j.getEnvironment().setDeviceLimit(0, bytes);
    if (Pointer.maxPhysicalBytes() != wholeProcess()) {
      LOG.warn(
          "{} bounds arrays only: JavaCPP was loaded or configured before, with {} bytes for the process",
          SETTING,
          Pointer.maxPhysicalBytes());
    }
  }

  private long wholeProcess() {
    return Runtime.getRuntime().maxMemory() + JAVA_ITSELF + bytes;
  }

  @Override
  public String toString() {
    return isBounded() ? bytes / MEGABYTE + " MB" : "unbounded";
  }

  /**
   * Does something with arrays.
   *
   * @param doing for the message, as the rest of a sentence after "Cannot"
   * @throws KindlingException if the native memory does not suffice
   */
  public static <T> T within(String doing, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException | OutOfMemoryError e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (isNative(cause)) {
          KindlingException out = new KindlingException(message(doing, cause.getMessage()));
          // Not as the cause: Spark ends an executor for an OutOfMemoryError among the causes.
          out.addSuppressed(e);
          throw out;
        }
      }
      throw e;
    }
  }

  private static boolean isNative(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.startsWith("Physical memory usage is too high")
        || message.startsWith("Failed to allocate memory within limits")
        || message.contains("Requested amount exceeds HOST")
        || (cause instanceof OutOfMemoryError && message.startsWith("Failed to allocate ["));
  }

  private static String message(String doing, String reason) {
    return "Cannot %s: out of native memory (%s), of which a process may have %s; raise %s (in a job file: native-memory), or choose a smaller batch size or network"
        .formatted(doing, reason, allowance(), SETTING);
  }

  private static String allowance() {
    NativeMemory set = ofThisProcess();
    return set.isBounded()
        ? set.toString()
        : "what JavaCPP allows, %d MB less the heap"
            .formatted(Pointer.maxPhysicalBytes() / MEGABYTE);
  }
}
