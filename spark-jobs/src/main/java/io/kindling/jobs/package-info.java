/* SPDX-License-Identifier: Apache-2.0 */
/** The command line and its jobs: read a job file, call stages, report. No arithmetic. */
package io.kindling.jobs;
