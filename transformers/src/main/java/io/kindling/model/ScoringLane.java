/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.input.ExampleBuffer;
import io.kindling.input.NetworkInput;
import io.kindling.runtime.Device;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A network and the thread that computes it, so that whoever feeds it can read and decode
 * meanwhile. The thread ends where there is nothing to do for a while, and begins again.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ScoringLane implements AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final Device device;
  private final ThreadPoolExecutor thread;
  private final ExampleScorer scorer;

  /**
   * Makes the scorer on the lane's thread, whose workspaces it uses.
   *
   * @param device on which all of the lane's threads compute
   * @param scorer makes it
   */
  ScoringLane(Device device, Callable<ExampleScorer> scorer) {
    this.device = device;
    this.thread =
        new ThreadPoolExecutor(
            1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);
    thread.allowCoreThreadTimeOut(true);
    this.scorer = result(thread.submit(scorer));
  }

  private Thread thread(Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              device.use();
              work.run();
            },
            "kindling-scoring");
    thread.setDaemon(true);
    return thread;
  }

  Device device() {
    return device;
  }

  /** The device on which the lane's thread computes, as it says itself. */
  Device deviceInUse() {
    return result(thread.submit(Device::inUse));
  }

  ExampleScorer scorer() {
    return scorer;
  }

  NetworkInput input() {
    return scorer.input();
  }

  /** As {@link ExampleScorer#outputs}, on the lane's thread. */
  public Future<double[][]> submit(ExampleBuffer[] encoded, int examples, int asked) {
    return thread.submit(() -> scorer.outputs(encoded, examples, asked));
  }

  /** Waits for what was submitted; what it threw is thrown here. */
  public static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KindlingException("Cannot score: the task was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      if (e.getCause() instanceof Error thrown) {
        throw thrown;
      }
      throw new KindlingException("Cannot score: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /** Gives the native memory back, once what runs has ended. */
  @Override
  public void close() {
    thread.execute(scorer::close);
    thread.shutdown();
  }
}
