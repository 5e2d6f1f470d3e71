/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Training by Deeplearning4j's own {@code ParameterAveragingTrainingMaster}, for those who compare
 * or migrate. The only package that refers to {@code org.deeplearning4j.spark}; only the class that
 * chooses the engine refers to it.
 */
package io.kindling.dl4jspark;
