/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Readers: files of one format become rows of an {@link io.kindling.data.read.ExampleSchema}. Files
 * are opened on the executors.
 */
package io.kindling.data.read;
