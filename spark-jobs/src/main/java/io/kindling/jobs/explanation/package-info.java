/* SPDX-License-Identifier: Apache-2.0 */
/** Explanations as files: a page, pictures, and all figures as JSON. */
package io.kindling.jobs.explanation;
