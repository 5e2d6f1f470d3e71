/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The GPUs of ND4J's CUDA backend. A thread that was never told computes on device 0, so every
 * thread has to be told before its first array. Not yet run on a GPU.
 */
final class CudaGpus implements Accelerator {
  private final AffinityManager affinity;
  private final Runnable releaseContext;

  CudaGpus() {
    this(Nd4j.getAffinityManager(), () -> Nd4j.getMemoryManager().releaseCurrentContext());
  }

  CudaGpus(AffinityManager affinity, Runnable releaseContext) {
    this.affinity = affinity;
    this.releaseContext = releaseContext;
  }

  @Override
  public int devices() {
    return affinity.getNumberOfDevices();
  }

  @Override
  public void use(int device) {
    if (inUse() != device) {
      // Streams and handles belong to a device; the thread takes new ones on the next.
      releaseContext.run();
      affinity.unsafeSetDevice(device);
    }
  }

  @Override
  public int inUse() {
    return affinity.getDeviceForCurrentThread();
  }
}
