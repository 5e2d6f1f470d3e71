/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.input.HostArrays;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.ParamSpan;
import io.kindling.runtime.NativeMemory;
import io.kindling.runtime.NativeRuntime;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The parameters of frozen layers. They reach each executor once, in a broadcast of their own; what
 * rounds move are the others, gathered into one array. Frozen layers have no optimizer state.
 *
 * <p>Made on the driver for one training; on executors it gives what it was made of.
 */
public final class FrozenParams implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ArrayList<ParamSpan> spans;
  private final int length;
  private final Broadcast<byte[]> values;

  private FrozenParams(List<ParamSpan> spans, int length, Broadcast<byte[]> values) {
    this.spans = new ArrayList<>(spans);
    this.length = length;
    this.values = values;
  }

  /**
   * Those of a network.
   *
   * @param configuration DL4J's JSON
   * @param whole where it starts, frozen layers included
   * @return null where no layer is frozen
   */
  static FrozenParams of(JavaSparkContext spark, String configuration, TrainingState whole) {
    NetworkConfiguration parsed = NetworkConfiguration.parse(configuration);
    if (parsed.layers().stream().noneMatch(FrozenParams::isFrozen)) {
      return null;
    }
    NativeRuntime.start();
    List<ParamSpan> spans;
    try (Network network = NativeMemory.within("train", parsed::build)) {
      spans = network.frozen();
    }
    int length = whole.params().length / Float.BYTES;
    byte[] frozen = gather(whole.params(), spans);
    return spans.isEmpty() ? null : new FrozenParams(spans, length, spark.broadcast(frozen));
  }

  private static boolean isFrozen(Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
  }

  /** Lets the broadcast go. */
  void destroy() {
    values.destroy();
  }

  /** What rounds move of a whole state. */
  TrainingState moving(TrainingState whole) {
    return new TrainingState(
        gather(whole.params(), others()),
        whole.updaterState(),
        whole.outerMomentum().length == 0 ? new byte[0] : gather(whole.outerMomentum(), others()),
        whole.iterations());
  }

  /** The whole state of what rounds moved; the outer momentum of frozen parameters is zero. */
  TrainingState whole(TrainingState moving) {
    byte[] momentum = moving.outerMomentum();
    return new TrainingState(
        whole(moving.params()),
        moving.updaterState(),
        momentum.length == 0 ? momentum : scatter(momentum, others(), bytes(length)),
        moving.iterations());
  }

  /** All parameters. */
  byte[] whole(byte[] moving) {
    byte[] whole = scatter(moving, others(), bytes(length));
    return scatter(values.value(), spans, whole);
  }

  /** Gives a network its frozen parameters; returns views of the others, in order. */
  List<INDArray> fill(INDArray params) {
    INDArray flat = params.reshape(length);
    int at = 0;
    for (ParamSpan span : spans) {
      HostArrays.copy(values.value(), at, view(flat, span));
      at += bytes(span);
    }
    return others().stream().map(span -> view(flat, span)).toList();
  }

  private static INDArray view(INDArray flat, ParamSpan span) {
    return flat.get(NDArrayIndex.interval(span.from(), span.to()));
  }

  /** What lies between and behind the frozen. */
  private List<ParamSpan> others() {
    List<ParamSpan> others = new ArrayList<>();
    int end = 0;
    for (ParamSpan span : spans) {
      if (span.from() > end) {
        others.add(new ParamSpan(end, span.from()));
      }
      end = span.to();
    }
    if (length > end) {
      others.add(new ParamSpan(end, length));
    }
    return others;
  }

  private static byte[] gather(byte[] whole, List<ParamSpan> spans) {
    byte[] gathered = new byte[spans.stream().mapToInt(FrozenParams::bytes).sum()];
    int at = 0;
    for (ParamSpan span : spans) {
      System.arraycopy(whole, bytes(span.from()), gathered, at, bytes(span));
      at += bytes(span);
    }
    return gathered;
  }

  private static byte[] scatter(byte[] gathered, List<ParamSpan> spans, byte[] into) {
    int at = 0;
    for (ParamSpan span : spans) {
      System.arraycopy(gathered, at, into, bytes(span.from()), bytes(span));
      at += bytes(span);
    }
    return into;
  }

  private static byte[] scatter(byte[] gathered, List<ParamSpan> spans, int bytes) {
    return scatter(gathered, spans, new byte[bytes]);
  }

  private static int bytes(ParamSpan span) {
    return bytes(span.to() - span.from());
  }

  private static int bytes(int floats) {
    return Math.multiplyExact(floats, Float.BYTES);
  }

  @Override
  public String toString() {
    return Arrays.toString(spans.toArray()) + " of " + length;
  }
}
