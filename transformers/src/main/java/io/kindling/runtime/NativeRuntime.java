/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import io.kindling.data.KindlingException;
import org.deeplearning4j.config.DL4JClassLoading;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native libraries of this JVM, set up once before the first network, on the driver and on
 * every executor.
 *
 * <p>It picks the build of ND4J that fits the processor, turns Deeplearning4j's oneDNN helpers on
 * (as shipped they are off: convolution then runs at a sixth of its speed), and sizes the OpenMP
 * team of each thread to the cores of its Spark task, so that two tasks of one JVM do not each
 * start a team as large as the machine. {@link NativeMemory} bounds what they take.
 *
 * <p>The settings belong to the process, as the native libraries do; nothing here depends on a job.
 * All methods may be called from any thread.
 */
public final class NativeRuntime {
  /** Deeplearning4j reads this at every helper's creation; its own default is {@code true}. */
  public static final String HELPERS_DISABLED = "org.eclipse.deeplearning4j.helpers.disable";

  /** The ending of the platform's name under which JavaCPP looks for native libraries. */
  public static final String LIBRARY_EXTENSION = "org.bytedeco.javacpp.platform.extension";

  private static final Logger LOG = LoggerFactory.getLogger(NativeRuntime.class);

  private final String description;
  private final NativeOps ops;
  private final NativeMemory memory;
  private final Accelerator accelerator;

  private NativeRuntime() {
    if (System.getProperty(HELPERS_DISABLED) == null) {
      System.setProperty(HELPERS_DISABLED, "false");
    }
    Backend backend = Backend.ofThisBuild();
    if (backend == Backend.CPU && System.getProperty(LIBRARY_EXTENSION) == null) {
      System.setProperty(LIBRARY_EXTENSION, CpuInstructions.ofThisMachine().libraryExtension());
    }
    memory = NativeMemory.ofThisProcess();
    memory.beforeLoading();
    // Under spark-submit the libraries are not in the system class loader.
    ND4JClassLoading.setNd4jClassloaderFromClass(NativeRuntime.class);
    DL4JClassLoading.setDl4jClassloaderFromClass(NativeRuntime.class);
    String loaded = load(backend);
    if (backend == Backend.CPU) { // CUDA's own code asks for the class of its executioner
      HeldOperations.install();
    }
    accelerator = backend.accelerator();
    ops = NativeOpsHolder.getInstance().getDeviceNativeOps();
    memory.afterLoading();
    boolean helpers =
        !Boolean.getBoolean(HELPERS_DISABLED) && Nd4j.getEnvironment().helpersAllowed();
    description =
        String.format(
            "backend %s, %s, %s helpers %s, OMP_NUM_THREADS %s, %d cores, native memory %s",
            loaded,
            accelerator.devices() > 0
                ? accelerator.devices() + " GPUs"
                : "library " + System.getProperty(LIBRARY_EXTENSION),
            backend == Backend.CPU ? "oneDNN" : "cuDNN",
            helpers ? "on" : "off",
            System.getenv().getOrDefault("OMP_NUM_THREADS", "unset"),
            Runtime.getRuntime().availableProcessors(),
            memory);
    LOG.info("Native runtime: {}", description);
  }

  private static String load(Backend backend) {
    try {
      return Nd4j.getBackend().getClass().getSimpleName();
    } catch (LinkageError | RuntimeException e) {
      throw new KindlingException(backend.notLoaded(), e);
    }
  }

  /**
   * Sets the libraries up at the first call in this JVM and sizes the calling thread's OpenMP team:
   * the cores of the Spark task it runs, one outside of a task. In a task, the thread computes from
   * now on on the task's GPU, where there are any.
   *
   * @return the runtime of this JVM
   * @throws KindlingException if {@link NativeMemory#SETTING} is no size, or the task has no GPU
   *     that can be used
   */
  public static NativeRuntime start() {
    NativeRuntime runtime = start(SparkProcess.taskCores());
    Device.ofThisTask().use();
    return runtime;
  }

  /** What the calling thread may compute on. */
  static Accelerator accelerator() {
    return Holder.runtime().accelerator;
  }

  /** The cores of the Spark task that the calling thread runs; one outside of a task. */
  public static int taskCores() {
    return SparkProcess.taskCores();
  }

  /**
   * As {@link #start()}, with the size of the calling thread's OpenMP team, and on the device on
   * which the thread computes already.
   */
  public static NativeRuntime start(int threads) {
    NativeRuntime runtime = Holder.runtime();
    runtime.memory.check();
    if (runtime.ops.ompGetMaxThreads() != threads) {
      runtime.ops.setOmpNumThreads(threads);
    }
    if (Nd4j.getEnvironment().maxThreads() != threads) {
      Nd4j.getEnvironment().setMaxThreads(threads);
    }
    return runtime;
  }

  /** One line that says what is active: backend, library, helpers, threads, memory. */
  public String description() {
    return description;
  }

  /** Initialisation on first use, once for each JVM. */
  private static final class Holder {
    private static final NativeRuntime RUNTIME;

    /** What was in the way; an initialiser that throws would tell the first caller only. */
    private static final String PROBLEM;

    static {
      NativeRuntime runtime = null;
      String problem = null;
      try {
        runtime = new NativeRuntime();
      } catch (KindlingException e) {
        LOG.debug("No native runtime", e);
        problem = e.getMessage();
      }
      RUNTIME = runtime;
      PROBLEM = problem;
    }

    static NativeRuntime runtime() {
      if (PROBLEM != null) {
        throw new KindlingException(PROBLEM);
      }
      return RUNTIME;
    }
  }
}
