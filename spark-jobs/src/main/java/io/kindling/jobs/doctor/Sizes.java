/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import io.kindling.data.KindlingException;
import org.apache.spark.SparkConf;

/** Bytes as Spark's settings and people write them. */
final class Sizes {
  private static final long MEGABYTE = 1024 * 1024;

  private Sizes() {}

  /**
   * The value of a setting, 0 where it is not set.
   *
   * @throws KindlingException if it is no size
   */
  static long setting(SparkConf conf, String key) {
    try {
      return conf.getSizeAsBytes(key, 0);
    } catch (IllegalArgumentException e) {
      throw new KindlingException(
          "Cannot read %s: '%s' is no size; set one such as 512m or 1g"
              .formatted(key, conf.get(key)),
          e);
    }
  }

  /** As a setting takes it. */
  static String setting(long bytes) {
    return bytes / MEGABYTE + "m";
  }

  /** As a person reads it. */
  static String text(long bytes) {
    return "%,d MB".formatted(bytes / MEGABYTE);
  }
}
