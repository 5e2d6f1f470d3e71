/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data;

/**
 * A failure that its reader can act on. The message has the shape {@code Cannot DO THING: REASON}
 * and names the file, row, column or key concerned and, where there is one, the way out; it is
 * shown to users without a stack trace.
 */
public class KindlingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KindlingException(String message) {
    super(message);
  }

  public KindlingException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Finds the Kindling failure inside what Spark threw: a task's exception arrives at the driver
   * wrapped several times.
   *
   * @param thrown any throwable
   * @return the innermost {@code KindlingException} among its causes, or null where there is none
   */
  public static KindlingException in(Throwable thrown) {
    KindlingException found = null;
    int depth = 0;
    for (Throwable t = thrown; t != null && depth < 64; t = t.getCause(), depth++) {
      if (t instanceof KindlingException) {
        found = (KindlingException) t;
      }
    }
    return found;
  }
}
