/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data;

/**
 * A row that cannot be used. The message is the reason alone ("no text (null)"), without the row's
 * name: whoever knows the origin adds it, or keeps the reason in a {@code problem} column.
 */
public class BadRowException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadRowException(String reason) {
    super(reason);
  }

  public BadRowException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
