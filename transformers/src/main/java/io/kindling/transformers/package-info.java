/* SPDX-License-Identifier: Apache-2.0 */
/** Spark ML stages that make columns of images ready for a network. */
package io.kindling.transformers;
