/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import java.util.Collection;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * An opened table.
 *
 * @param cells as {@link TableRows} takes them; a text is a string, a sequence an array of arrays
 *     of floats in which there may be nulls
 * @param labels parser of the label's cells
 * @param splits the splits there are, or null where unknown
 */
record Table(Dataset<Row> cells, LabelParser labels, Collection<String> splits) {}
