/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import java.util.Arrays;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.LastTimeStepLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's wrapper for a sequence's last real step around a {@link FusedLstm}: only that
 * step's output is written, only its gradient is read. Deeplearning4j 1.0.0-M2.1 writes all steps,
 * and copies the last one of masked examples row by row.
 */
final class FusedLastTimeStep extends LastTimeStepLayer {
  private static final long serialVersionUID = 1L;

  private final FusedLstm lstm;
  private transient int[] step;
  private transient boolean fused;

  FusedLastTimeStep(FusedLstm lstm) {
    super(lstm);
    this.lstm = lstm;
  }

  @Override
  public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
    setInput(input, workspaces);
    return activate(training, workspaces);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray mask = lstm.getMaskArray();
    step = mask != null && lstm.fits() ? StepMask.of(mask).last() : null;
    // An example without any step: Deeplearning4j has the error message.
    fused = lstm.fits() && (step == null || Arrays.stream(step).allMatch(last -> last >= 0));
    return fused
        ? lstm.activateStep(step, training, workspaces)
        : super.activate(training, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return fused
        ? lstm.backpropStep(epsilon, step, workspaces)
        : super.backpropGradient(epsilon, workspaces);
  }
}
