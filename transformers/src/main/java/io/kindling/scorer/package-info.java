/* SPDX-License-Identifier: Apache-2.0 */
/** Scoring in a plain Java program, without Spark on its class path. */
package io.kindling.scorer;
