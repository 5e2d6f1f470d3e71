/* SPDX-License-Identifier: Apache-2.0 */
/** Where a training stands, on a Hadoop file system, so that it can go on after its driver died. */
package io.kindling.checkpoint;
