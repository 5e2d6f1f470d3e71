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

  /** What is wrong where it is there and does not load, and what to do. */
  String notLoaded() {
    return switch (this) {
      case CPU ->
          "Cannot compute: ND4J's native libraries do not load on this machine (%s, %s); they are built for Linux on x86-64"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch"));
      case CUDA ->
          "Cannot compute on GPUs: this build is for CUDA 11.6, which does not load on this machine; install NVIDIA's driver, 450.80 or newer, or build without -Pcuda (--verbose tells more)";
    };
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
