/* SPDX-License-Identifier: Apache-2.0 */
/** From typed rows to a whole Parquet data set: the split, the bad rows, the writing. */
package io.kindling.data.prepare;
