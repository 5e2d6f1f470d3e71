/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.data.KindlingException;

/** A job file, a key of it or a command line that cannot be used; nothing has been started yet. */
public final class ConfigurationException extends KindlingException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
