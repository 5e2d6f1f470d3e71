/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;

/**
 * A path that may stand for several, as Spark's readers expand it.
 *
 * @param path with scheme and folders
 */
record PathPattern(Path path) {
  /** What Spark's readers expand. */
  private static final Pattern SIGNS = Pattern.compile("[\\[\\]{}*?\\\\]");

  static boolean is(String path) {
    return SIGNS.matcher(path).find();
  }

  /** The folder down to which nothing is to be expanded. */
  Path fixed() {
    Path fixed = path;
    for (Path above = path; above != null; above = above.getParent()) {
      if (is(above.getName())) {
        fixed = above.getParent();
      }
    }
    return fixed;
  }

  /**
   * The root of the partitioned table of which this is a part: the folder above its folders {@code
   * NAME=VALUE}.
   *
   * @param file whether it is known to be a file
   * @return this path where it is the root itself
   */
  Path tableRoot(boolean file) {
    Path root = path;
    if (!root.getName().contains("=") && (is(root.getName()) || file)) {
      root = root.getParent();
    }
    while (root.getName().contains("=") && root.getParent() != null) {
      root = root.getParent();
    }
    return new PathPattern(root).fixed();
  }

  /** Whether it stands for another path, or for a folder above that. */
  boolean takesIn(Path other) {
    try {
      for (String one : GlobExpander.expand(path.toUri().getPath())) {
        if (matches(new Path(one), new Path(other.toUri().getPath()))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new KindlingException("Cannot use path " + path + ": " + e.getMessage(), e);
    }
  }

  private static boolean matches(Path pattern, Path other) {
    Path above = other;
    while (above.depth() > pattern.depth()) {
      above = above.getParent();
    }
    Path of = pattern;
    for (; above != null && of != null; above = above.getParent(), of = of.getParent()) {
      if (above.depth() != of.depth() || !new GlobPattern(of.getName()).matches(above.getName())) {
        return false;
      }
    }
    return true;
  }
}
