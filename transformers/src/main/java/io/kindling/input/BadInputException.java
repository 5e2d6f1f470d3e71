/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

/** One row cannot be fed to a network; the message is the reason, without the row's name. */
public final class BadInputException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadInputException(String reason) {
    super(reason);
  }
}
