/* SPDX-License-Identifier: Apache-2.0 */
/** What the stages of texts and sequences compute, without Spark. */
package io.kindling.transformers.sequence;
