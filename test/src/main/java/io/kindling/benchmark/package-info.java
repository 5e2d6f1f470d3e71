/* SPDX-License-Identifier: Apache-2.0 */
/** Programs that print figures, run on purpose: {@code test/benchmark}. */
package io.kindling.benchmark;
