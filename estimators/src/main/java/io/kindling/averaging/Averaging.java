/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.io.Serializable;

/**
 * How replicas are averaged.
 *
 * @param frequency minibatches that each replica fits between averages, at least 1
 * @param outer what becomes of the average
 * @param transport how states travel
 * @param mode how rounds run on Spark, which does not change what they give
 */
public record Averaging(int frequency, OuterOptimizer outer, Transport transport, Mode mode)
    implements Serializable {

  /** How rounds run on Spark. */
  public enum Mode {
    /** Barrier where the cluster allows it, elastic elsewhere. */
    AUTO,
    /** Many rounds inside one barrier stage; a failure repeats the stage's rounds. */
    BARRIER,
    /** One job a round; executors may come and go between rounds. */
    ELASTIC
  }

  /** Plain averages, in the way that suits the cluster. */
  public static Averaging every(int frequency) {
    return new Averaging(frequency, OuterOptimizer.AVERAGE, Transport.FLOAT32, Mode.AUTO);
  }
}
