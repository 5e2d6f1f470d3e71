/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

/**
 * The devices of this process: the one place through which Kindling chooses among GPUs, so that all
 * else is tested where there are none ({@link PretendGpus}).
 */
interface Accelerator {
  /** What {@link #inUse} gives where there are no GPUs. */
  int NONE = -1;

  /** How many GPUs this process sees; 0 on CPUs. */
  int devices();

  /** Makes the calling thread compute on a GPU, counted from 0 among those that it sees. */
  void use(int device);

  /** The GPU on which the calling thread computes, or {@link #NONE}. */
  int inUse();

  /** Computing on CPUs: there is nothing to choose. */
  static Accelerator cpu() {
    return new Accelerator() {
      @Override
      public int devices() {
        return 0;
      }

      @Override
      public void use(int device) {
        throw new IllegalStateException("there is no GPU " + device + " on a CPU backend");
      }

      @Override
      public int inUse() {
        return NONE;
      }
    };
  }
}
