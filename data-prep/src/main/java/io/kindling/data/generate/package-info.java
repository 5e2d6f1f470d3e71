/* SPDX-License-Identifier: Apache-2.0 */
/** Made-up data sets, for a first run without files or network. */
package io.kindling.data.generate;
