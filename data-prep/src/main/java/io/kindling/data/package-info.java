/* SPDX-License-Identifier: Apache-2.0 */
/** Raw files to typed DataFrames and Parquet; no Spark ML stage and no Deeplearning4j. */
package io.kindling.data;
