/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What explain reports.
 *
 * @param meanCompletenessGap mean size of the difference between what all parts of an example are
 *     attributed and its score less the baseline's; null, and then left out, where no row was
 *     explained
 * @param meanAgreement mean rank correlation with occlusion; likewise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ExplainSummary(
    String job,
    double seconds,
    long rowsRead,
    long rowsExplained,
    long rowsBad,
    Double meanCompletenessGap,
    Double meanAgreement,
    String output) {}
