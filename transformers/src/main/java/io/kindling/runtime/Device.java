/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import io.kindling.data.KindlingException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a thread computes on: one of this process's GPUs, or its CPU. What was built on one device
 * is used on that device only.
 *
 * @param gpu the GPU, from 0 among those that the process sees, or -1 for the CPU
 */
public record Device(int gpu) {
  /** No GPU. */
  static final Device CPU = new Device(Accelerator.NONE);

  private static final Logger LOG = LoggerFactory.getLogger(Device.class);

  /**
   * The device of the Spark task that the calling thread runs: the GPU that Spark gave it. In local
   * mode, where Spark gives none, tasks take the GPUs in turn; outside of a task it is what the
   * thread already uses.
   *
   * @throws KindlingException if there are GPUs and Spark gave the task none, or one that this
   *     process does not see
   */
  public static Device ofThisTask() {
    Accelerator accelerator = NativeRuntime.accelerator();
    return accelerator.devices() == 0
        ? CPU
        : of(accelerator, SparkProcess.task(), System.getenv(GpuAddress.VISIBLE));
  }

  /**
   * @param task null outside of one
   * @param visible the value of {@link GpuAddress#VISIBLE}
   */
  static Device of(Accelerator accelerator, SparkProcess.Task task, String visible) {
    if (task == null) {
      return new Device(accelerator.inUse());
    }
    int devices = accelerator.devices();
    List<String> addresses = task.gpus();
    if (!addresses.isEmpty()) {
      return new Device(GpuAddress.device(addresses.get(0), visible, devices));
    }
    if (task.isLocal()) {
      return new Device(task.partition() % devices);
    }
    throw new KindlingException(
        "Cannot use a GPU: Spark gave the task none; set spark.executor.resource.gpu.amount, spark.task.resource.gpu.amount and spark.executor.resource.gpu.discoveryScript (kindling ... --gpus N does)");
  }

  /** The device on which the calling thread computes now. */
  public static Device inUse() {
    return new Device(NativeRuntime.accelerator().inUse());
  }

  /** Whether it is a GPU and not the CPU. */
  public boolean isGpu() {
    return gpu != Accelerator.NONE;
  }

  /** Makes the calling thread compute on this device. */
  public void use() {
    use(NativeRuntime.accelerator());
  }

  void use(Accelerator accelerator) {
    if (gpu != accelerator.inUse()) {
      accelerator.use(gpu);
    }
  }

  /**
   * Tells the log which GPU does the work of the task that the calling thread runs; nothing on
   * CPUs.
   *
   * @param work what is done, the first words of a sentence
   */
  public void log(String work) {
    SparkProcess.Task task = SparkProcess.task();
    if (isGpu() && task != null) {
      LOG.info(
          "{} of partition {} on {}; Spark gave {}", work, task.partition(), this, task.gpus());
    }
  }

  @Override
  public String toString() {
    return isGpu() ? "GPU " + gpu : "CPU";
  }
}
