/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Things that nobody uses now, by the device on which they were built and may be used again. All
 * methods may be called from any thread.
 *
 * @param <T> the things
 */
public final class IdleByDevice<T> {
  private final Map<Device, Queue<T>> idle = new ConcurrentHashMap<>();

  /** One of a device's, which the caller has for itself then; null where there is none. */
  public T poll(Device device) {
    return of(device).poll();
  }

  /** Lets others have it. */
  public void add(Device device, T thing) {
    of(device).add(thing);
  }

  /** Takes all, of all devices. */
  public void drain(Consumer<T> each) {
    for (Queue<T> queue : idle.values()) {
      for (T thing = queue.poll(); thing != null; thing = queue.poll()) {
        each.accept(thing);
      }
    }
  }

  private Queue<T> of(Device device) {
    return idle.computeIfAbsent(device, key -> new ConcurrentLinkedQueue<>());
  }
}
