/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import org.apache.hadoop.fs.Path;

/**
 * What lies where while a target is written.
 *
 * @param target what is being made; bad rows go beside it
 * @param hidden the temporary folder beside the target, its name a {@link #prefix} and a UUID
 */
record StagedPaths(Path target, Path hidden) {
  /** What Spark leaves in a folder that is whole. */
  static final String SUCCESS = "_SUCCESS";

  private static final String REPLACED = ".replaced";

  /** How the names of a target's temporary folders begin. */
  static String prefix(Path target) {
    return "." + target.getName() + ".";
  }

  Path badTarget() {
    return target.suffix(".bad");
  }

  Path data() {
    return new Path(hidden, target.getName());
  }

  Path bad() {
    return new Path(hidden, badTarget().getName());
  }

  /** What the target held before. */
  Path replaced() {
    return data().suffix(REPLACED);
  }

  Path replacedBad() {
    return bad().suffix(REPLACED);
  }

  /** Who writes here, a {@link StagingOwner}. */
  Path owner() {
    return new Path(hidden, "_owner.json");
  }

  /** There once all is written, a {@link Publication}. */
  Path publication() {
    return new Path(hidden, "_publication.json");
  }
}
