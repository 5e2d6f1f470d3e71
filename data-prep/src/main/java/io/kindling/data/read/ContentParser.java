/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.BadRowException;
import java.io.Serializable;

/** The content of a file to the feature of its row. Runs on the executors. */
@FunctionalInterface
interface ContentParser extends Serializable {
  /**
   * The value as {@link ExampleSchema#type()} has it.
   *
   * @throws BadRowException if the content is no such thing
   */
  Object feature(String origin, byte[] content) throws BadRowException;
}
