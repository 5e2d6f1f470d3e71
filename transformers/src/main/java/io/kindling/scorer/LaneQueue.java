/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import io.kindling.data.KindlingException;
import io.kindling.input.ExampleBuffer;
import io.kindling.model.PooledNetworks;
import io.kindling.model.ScoringLane;
import java.util.concurrent.Semaphore;

/** Lets so many callers score at once, each on a lane of its own; others wait for their turn. */
final class LaneQueue implements AutoCloseable {
  private final PooledNetworks networks;
  private final int concurrency;
  private final Semaphore turns;
  private volatile boolean closed;

  LaneQueue(PooledNetworks networks, int concurrency) {
    this.networks = networks;
    this.concurrency = concurrency;
    this.turns = new Semaphore(concurrency, true);
  }

  /**
   * What the network gives for each example.
   *
   * @throws KindlingException if the queue is closed, or the thread was interrupted
   */
  double[][] outputs(ExampleBuffer[] encoded) {
    try {
      turns.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KindlingException("Cannot score: the thread was interrupted", e);
    }
    try {
      if (closed) {
        throw new KindlingException("Cannot score: the scorer is closed");
      }
      return outputsInTurn(encoded);
    } finally {
      turns.release();
    }
  }

  private double[][] outputsInTurn(ExampleBuffer[] encoded) {
    ScoringLane lane = networks.borrow();
    boolean whole = false;
    try {
      double[][] outputs = ScoringLane.result(lane.submit(encoded, encoded.length, 0));
      whole = true;
      return outputs;
    } finally {
      if (whole) {
        networks.giveBack(lane);
      } else {
        lane.close(); // one that failed in mid-minibatch may hold what is wrong for the next
      }
    }
  }

  @Override
  public void close() {
    turns.acquireUninterruptibly(concurrency);
    try {
      closed = true;
      networks.closeIdle();
    } finally {
      turns.release(concurrency);
    }
  }
}
