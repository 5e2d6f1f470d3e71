/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What evaluate writes: figures as JSON, as a table for a terminal, and as a page that shows them.
 * Counting is done elsewhere; here figures become text and pictures.
 */
package io.kindling.jobs.report;
