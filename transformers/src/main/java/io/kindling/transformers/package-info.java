/* SPDX-License-Identifier: Apache-2.0 */
/** Spark ML stages that make columns of images, texts and sequences ready for a network. */
package io.kindling.transformers;
