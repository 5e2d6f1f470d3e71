/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.nativeblas.NativeOpsHolder;

class NativeRuntimeTest {
  @Test
  void aConvolutionGetsItsOneDnnHelper() {
    NativeRuntime.start();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    new ConvolutionLayer.Builder(3, 3).nOut(2).build(),
                    new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(5, 5, 1))
                .build());
    network.init();
    assertInstanceOf(MKLDNNConvHelper.class, network.getLayer(0).getHelper());
  }

  @Test
  void oneLineSaysWhatIsActive() {
    String description = NativeRuntime.start().description();
    assertTrue(description.startsWith("backend CpuBackend, library -onednn"), description);
    assertTrue(description.contains("oneDNN helpers on"), description);
    assertEquals(1, description.lines().count());
  }

  @Test
  void eachThreadsOpenMpTeamHasTheSizeAskedFor() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(1);
    try {
      Future<Integer> team =
          threads.submit(
              () -> {
                NativeRuntime.start(2);
                return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
              });
      assertEquals(2, team.get());
      NativeRuntime.start(1);
      assertEquals(1, NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads());
    } finally {
      threads.shutdownNow();
    }
  }
}
