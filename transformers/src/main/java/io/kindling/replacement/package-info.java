/* SPDX-License-Identifier: Apache-2.0 */
/** Other layers in the place of a built network's, which is saved as if they were not there. */
package io.kindling.replacement;
