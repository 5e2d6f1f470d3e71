/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Images as arrays of bytes: decoding of files, and the way into and out of Spark's image struct.
 */
package io.kindling.data.image;
