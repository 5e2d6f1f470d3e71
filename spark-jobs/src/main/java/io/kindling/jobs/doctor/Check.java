/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.io.Serializable;
import java.util.List;

/**
 * Facts of one kind about one JVM, and what they mean. A record of plain values, which travels from
 * an executor to the driver by Java's own serialization.
 */
public interface Check extends Serializable {
  /**
   * What these facts mean: depends on nothing else.
   *
   * @param where the JVM that they are about
   * @return in the order to print; empty where there is nothing to say
   */
  List<Finding> findings(String where);
}
