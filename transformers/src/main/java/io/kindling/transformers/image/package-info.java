/* SPDX-License-Identifier: Apache-2.0 */
/** The arithmetic of the image stages, on arrays of bytes, without Spark. */
package io.kindling.transformers.image;
