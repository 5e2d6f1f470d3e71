/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import io.kindling.data.BadRowException;

/**
 * An image that cannot be used. The message is the reason alone ("empty file"), without the file's
 * name: whoever knows the origin adds it, or keeps the reason in a {@code problem} column.
 */
public final class BadImageException extends BadRowException {
  private static final long serialVersionUID = 1L;

  public BadImageException(String reason) {
    super(reason);
  }

  public BadImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
