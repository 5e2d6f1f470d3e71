/* SPDX-License-Identifier: Apache-2.0 */
/** Matrix products straight from OpenBLAS, and dense layers that score with them. */
package io.kindling.products;
