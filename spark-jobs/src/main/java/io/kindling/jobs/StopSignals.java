/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.util.SignalUtils;
import scala.runtime.AbstractFunction0;

/**
 * SIGTERM and SIGINT while a stream runs: the first asks it to end, the next one ends the process.
 */
final class StopSignals implements AutoCloseable {
  private final AtomicBoolean came = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  StopSignals() {
    for (String signal : new String[] {"TERM", "INT"}) {
      SignalUtils.register(signal, new Action());
    }
  }

  boolean came() {
    return came.get();
  }

  /** From here on signals do what they did before. */
  @Override
  public void close() {
    closed.set(true);
  }

  /** True says that the signal has been dealt with. */
  private final class Action extends AbstractFunction0<Object> {
    @Override
    public Object apply() {
      return !closed.get() && came.compareAndSet(false, true);
    }
  }
}
