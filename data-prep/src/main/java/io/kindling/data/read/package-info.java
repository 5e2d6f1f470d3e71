/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Readers: files of one format become rows of one schema, {@link
 * io.kindling.data.read.ImageDataSet}. Files are opened on the executors.
 */
package io.kindling.data.read;
