/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.BadRowException;
import java.io.Serializable;

/**
 * What a source holds, the content of a file or a cell of a table, to the feature of its row. Runs
 * on the executors.
 */
@FunctionalInterface
interface FeatureParser<T> extends Serializable {
  /**
   * The value as {@link ExampleSchema#type()} has it.
   *
   * @param raw never null
   * @throws BadRowException if it is no such thing
   */
  Object feature(String origin, T raw) throws BadRowException;
}
