/* SPDX-License-Identifier: Apache-2.0 */
/** Public data sets: where they are published, and how they come to this machine whole. */
package io.kindling.data.catalogue;
