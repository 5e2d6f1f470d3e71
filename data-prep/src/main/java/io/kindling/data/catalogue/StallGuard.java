/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/**
 * Closes a stream from which nothing comes for too long: Java's HTTP client knows no time limit for
 * a body, so that a read of a stalled one would wait for ever. The read that waits then fails.
 */
final class StallGuard implements AutoCloseable {
  private final InputStream body;
  private final Duration limit;
  private final Timer timer = new Timer("download-stall", true);
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean stalled;

  StallGuard(InputStream body, Duration limit) {
    this.body = body;
    this.limit = limit;
    long period = Math.max(1, limit.toMillis() / 10);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            look();
          }
        },
        period,
        period);
  }

  private void look() {
    if (System.nanoTime() - lastNanos < limit.toNanos()) {
      return;
    }
    stalled = true;
    timer.cancel();
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Something has come. */
  void alive() {
    lastNanos = System.nanoTime();
  }

  /** Whether the stream was closed because nothing came. */
  boolean stalled() {
    return stalled;
  }

  /** Guards no more; the stream is left as it is. */
  @Override
  public void close() {
    timer.cancel();
  }
}
