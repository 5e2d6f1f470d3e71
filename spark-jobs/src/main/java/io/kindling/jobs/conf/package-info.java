/* SPDX-License-Identifier: Apache-2.0 */
/** Job files: layers of HOCON, checked key by key and read into records. */
package io.kindling.jobs.conf;
