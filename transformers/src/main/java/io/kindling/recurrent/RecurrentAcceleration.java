/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.recurrent;

import io.kindling.replacement.LayerReplacement;
import io.kindling.replacement.LayerReplacement.Result;
import java.lang.reflect.Field;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.layers.feedforward.embedding.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.layers.recurrent.BidirectionalLayer;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.layers.recurrent.LastTimeStepLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts fast recurrent layers into a network that is built: LSTMs, also within the wrappers for both
 * directions, the last step and masked values, and sequences of word vectors. They use the
 * network's own parameters and configuration, so that it is saved as if they were not there.
 *
 * <p>Left as they are: LSTMs with peepholes, with other activations than tanh and sigmoid, with
 * steps before values ({@code NWC}), of other types than float, and all on other devices than CPUs.
 */
public final class RecurrentAcceleration {
  private static final Logger LOG = LoggerFactory.getLogger(RecurrentAcceleration.class);

  private RecurrentAcceleration() {}

  /**
   * Replaces what can be replaced.
   *
   * @param model an initialised {@code MultiLayerNetwork} or {@code ComputationGraph}, before its
   *     first minibatch
   * @return how many layers were replaced
   */
  public static int install(Model model) {
    if (!Nd4j.getEnvironment().isCPU()) {
      return 0;
    }
    try {
      return LayerReplacement.install(model, RecurrentAcceleration::replace);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("Recurrent layers stay as Deeplearning4j has them, many times slower", e);
      return 0;
    }
  }

  /**
   * Tells a first layer that nobody wants the gradient of the network's input, as is so in {@code
   * fit}; a third of its backward pass is left out. Not for networks whose {@code backpropGradient}
   * is called with errors from elsewhere.
   */
  public static void leaveOutInputGradient(Model model) {
    if (model instanceof MultiLayerNetwork network
        && network.getLayerWiseConfigurations().getInputPreProcess(0) == null) {
      leaveOut(network.getLayer(0));
    }
  }

  private static void leaveOut(Layer layer) {
    if (layer instanceof FusedLstm lstm) {
      lstm.leaveOutInputGradient();
    } else if (layer instanceof FusedLastTimeStep wrapper) {
      leaveOut(wrapper.getUnderlying());
    }
  }

  /** Gives back the memory that fast layers hold; they take it again when they need it. */
  public static void release(Layer[] layers) {
    for (Layer layer : layers) {
      release(layer);
    }
  }

  private static void release(Layer layer) {
    if (layer instanceof FusedLstm lstm) {
      lstm.close();
    } else if (layer instanceof FusedEmbeddingSequence embedding) {
      embedding.close();
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      release(wrapper.getUnderlying());
    } else if (layer instanceof BidirectionalLayer both) {
      try {
        release((Layer) LayerReplacement.field(BidirectionalLayer.class, "fwd").get(both));
        release((Layer) LayerReplacement.field(BidirectionalLayer.class, "bwd").get(both));
      } catch (ReflectiveOperationException | RuntimeException e) {
        LOG.debug("Its memory goes with it", e);
      }
    }
  }

  private static Result replace(Layer layer) throws ReflectiveOperationException {
    if (layer.getClass() == LSTM.class) {
      return isSupported((LSTM) layer)
          ? new Result(LayerReplacement.copy(layer, new FusedLstm(layer.conf(), DataType.FLOAT)), 1)
          : new Result(layer, 0);
    }
    if (layer.getClass() == EmbeddingSequenceLayer.class) {
      return isSupported((EmbeddingSequenceLayer) layer)
          ? new Result(
              LayerReplacement.copy(
                  layer, new FusedEmbeddingSequence(layer.conf(), DataType.FLOAT)),
              1)
          : new Result(layer, 0);
    }
    if (layer instanceof BidirectionalLayer) {
      return new Result(
          layer,
          replaceWithin(layer, LayerReplacement.field(BidirectionalLayer.class, "fwd"))
              + replaceWithin(layer, LayerReplacement.field(BidirectionalLayer.class, "bwd")));
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      int count =
          replaceWithin(layer, LayerReplacement.field(BaseWrapperLayer.class, "underlying"));
      return layer.getClass() == LastTimeStepLayer.class
              && wrapper.getUnderlying() instanceof FusedLstm lstm
          ? new Result(new FusedLastTimeStep(lstm), count)
          : new Result(layer, count);
    }
    return new Result(layer, 0);
  }

  private static int replaceWithin(Layer holder, Field field) throws ReflectiveOperationException {
    Result replacement = replace((Layer) field.get(holder));
    field.set(holder, replacement.layer());
    return replacement.count();
  }

  private static boolean isSupported(LSTM layer) {
    org.deeplearning4j.nn.conf.layers.LSTM conf =
        (org.deeplearning4j.nn.conf.layers.LSTM) layer.conf().getLayer();
    return layer.getHelper() == null
        && LayerReplacement.isFloat(layer)
        && conf.getRnnDataFormat() != RNNFormat.NWC
        && conf.getActivationFn() instanceof ActivationTanH
        && conf.getGateActivationFn() instanceof ActivationSigmoid;
  }

  private static boolean isSupported(EmbeddingSequenceLayer layer) {
    org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer conf =
        (org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer) layer.conf().getLayer();
    return LayerReplacement.isFloat(layer)
        && !conf.hasBias()
        && conf.getOutputFormat() != RNNFormat.NWC
        && conf.getActivationFn() instanceof ActivationIdentity;
  }
}
