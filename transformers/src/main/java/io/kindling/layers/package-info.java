/* SPDX-License-Identifier: Apache-2.0 */
/** Parts of networks that Deeplearning4j does not have; a saved network names them. */
package io.kindling.layers;
