/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.reflect.ClassTag$;

/**
 * The broadcast of what a model holds: one for all that the model does in an application, made when
 * it is first asked for.
 *
 * @param <T> what is broadcast
 */
public final class ApplicationBroadcast<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient Broadcast<T> broadcast;
  private transient String application;

  /** What makes the value, where there is no broadcast of this application yet. */
  @FunctionalInterface
  public interface Value<T> {
    T get();
  }

  /** The broadcast in the application of {@code spark}. */
  public synchronized Broadcast<T> in(SparkContext spark, Class<T> type, Value<T> value) {
    if (broadcast == null || !spark.applicationId().equals(application)) {
      broadcast = spark.broadcast(value.get(), ClassTag$.MODULE$.apply(type));
      application = spark.applicationId();
    }
    return broadcast;
  }
}
