/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import java.util.Locale;

/** What is done where there is a data set already. */
public enum WriteMode {
  /** An error, and it stays as it is. */
  REFUSE,
  /** It is replaced once the new one is whole. */
  OVERWRITE,
  /** The new rows come beside the old ones. */
  APPEND;

  /** The mode of this name in small letters. */
  public static WriteMode parse(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
