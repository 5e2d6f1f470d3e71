/* SPDX-License-Identifier: Apache-2.0 */
package org.nd4j.nativeblas;

/**
 * The name under which Deeplearning4j 1.0.0-M2.1 looks for the CPU backend's environment.
 *
 * <p>{@code BaseMKLDNNHelper.mklDnnEnabled()} finds {@code org.nd4j.nativeblas.Nd4jCpu$Environment}
 * by reflection, but M2.1 moved that class to another package; the lookup fails and every oneDNN
 * helper is dropped in silence. This class answers the lookup and passes the question on. {@code
 * NativeRuntimeTest} fails without it. Remove it once Deeplearning4j asks the right class.
 */
public final class Nd4jCpu {
  private Nd4jCpu() {}

  /** The two methods that the lookup calls. */
  public static final class Environment {
    private static final Environment INSTANCE = new Environment();

    private Environment() {}

    public static Environment getInstance() {
      return INSTANCE;
    }

    /** Whether the loaded CPU library was built with oneDNN and may use it. */
    public boolean isUseMKLDNN() {
      return org.nd4j.linalg.cpu.nativecpu.bindings.Nd4jCpu.Environment.getInstance().isUseONEDNN();
    }
  }
}
