/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the job {@code doctor} looks at: each check is a record of facts, gathered in the JVM that
 * it is about, and tells from nothing but these what it found.
 */
package io.kindling.jobs.doctor;
