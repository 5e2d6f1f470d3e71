/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import io.kindling.data.KindlingException;

/** ND4J's backend that this build of Kindling has: one, for a choice at run time is no choice. */
public enum Backend {
  CPU("org.nd4j.linalg.cpu.nativecpu.CpuBackend"),
  CUDA("org.nd4j.linalg.jcublas.JCublasBackend");

  private final String className;

  Backend(String className) {
    this.className = className;
  }

  /**
   * The backend on the class path; nothing is loaded for the answer.
   *
   * @throws KindlingException if there is none, or both are there
   */
  public static Backend ofThisBuild() {
    boolean cpu = CPU.isPresent();
    boolean cuda = CUDA.isPresent();
    if (cpu == cuda) {
      throw new KindlingException(
          cpu
              ? "Cannot choose ND4J's backend: both nd4j-native and nd4j-cuda are on the class path; take one away"
              : "Cannot compute: there is no backend of ND4J on the class path; add nd4j-native, or nd4j-cuda-11.6 for GPUs");
    }
    return cuda ? CUDA : CPU;
  }

  private boolean isPresent() {
    String resource = className.replace('.', '/') + ".class";
    return Backend.class.getClassLoader().getResource(resource) != null;
  }

  /** The devices of this process, once the backend is loaded. */
  Accelerator accelerator() {
    if (this == CUDA) {
      return new CudaGpus();
    }
    int pretended = PretendGpus.inSettings();
    return pretended > 0 ? new PretendGpus(pretended) : Accelerator.cpu();
  }
}
