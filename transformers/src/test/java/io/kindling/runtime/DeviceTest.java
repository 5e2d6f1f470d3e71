/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.runtime.SparkProcess.Task;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.concurrency.BasicAffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;

class DeviceTest {
  @Test
  void aTaskComputesOnTheGpuThatSparkGaveIt() throws InterruptedException {
    Accelerator gpus = new PretendGpus(4);
    Device device = Device.of(gpus, new Task(7, List.of("3"), false), null);
    assertEquals("GPU 3", device.toString());
    device.use(gpus);
    assertEquals(3, gpus.inUse());
    List<Integer> ofAnotherThread = new ArrayList<>();
    Thread other =
        new Thread(
            () -> {
              ofAnotherThread.add(gpus.inUse());
              device.use(gpus);
              ofAnotherThread.add(gpus.inUse());
            });
    other.start();
    other.join();
    assertEquals(List.of(0, 3), ofAnotherThread);
    assertEquals(new Device(0), Device.of(gpus, new Task(7, List.of("3"), false), "3,0,1,2"));
  }

  @Test
  void tasksInTheDriversProcessTakeTurns() {
    Accelerator gpus = new PretendGpus(2);
    assertEquals(new Device(0), Device.of(gpus, new Task(4, List.of(), true), null));
    assertEquals(new Device(1), Device.of(gpus, new Task(5, List.of(), true), null));
  }

  @Test
  void withoutATaskAThreadStaysWhereItIs() {
    Accelerator gpus = new PretendGpus(2);
    gpus.use(1);
    assertEquals(new Device(1), Device.of(gpus, null, null));
    assertEquals(Device.CPU, Device.of(Accelerator.cpu(), null, null));
  }

  @Test
  void aTaskOfAClusterWithoutAGpuIsRefused() {
    assertEquals(
        "Cannot use a GPU: Spark gave the task none; set spark.executor.resource.gpu.amount, spark.task.resource.gpu.amount and spark.executor.resource.gpu.discoveryScript (kindling ... --gpus N does)",
        assertThrows(
                KindlingException.class,
                () -> Device.of(new PretendGpus(1), new Task(0, List.of(), false), null))
            .getMessage());
  }

  @Test
  void cudaIsToldOnceAndItsContextLetGoBefore() {
    List<String> told = new ArrayList<>();
    CudaGpus gpus = new CudaGpus(new RecordedAffinity(told), () -> told.add("released"));
    assertEquals(2, gpus.devices());
    new Device(1).use(gpus);
    new Device(1).use(gpus);
    new Device(0).use(gpus);
    assertEquals(List.of("released", "device 1", "released", "device 0"), told);
  }

  @Test
  void whatIsIdleStaysOnItsDevice() {
    IdleByDevice<String> idle = new IdleByDevice<>();
    idle.add(new Device(1), "network");
    assertNull(idle.poll(new Device(0)));
    assertEquals("network", idle.poll(new Device(1)));
    assertNull(idle.poll(new Device(1)));
    idle.add(new Device(0), "a");
    idle.add(new Device(1), "b");
    List<String> drained = new ArrayList<>();
    idle.drain(drained::add);
    assertEquals(List.of("a", "b"), drained.stream().sorted().toList());
    assertNull(idle.poll(new Device(0)));
  }

  /** Two GPUs as ND4J shows them. */
  private static final class RecordedAffinity extends BasicAffinityManager {
    private final List<String> told;
    private int device;

    RecordedAffinity(List<String> told) {
      this.told = told;
    }

    @Override
    public int getNumberOfDevices() {
      return 2;
    }

    @Override
    public Integer getDeviceForCurrentThread() {
      return device;
    }

    @Override
    public void unsafeSetDevice(Integer id) {
      device = id;
      told.add("device " + id);
    }

    @Override
    public void touch(INDArray array) {}

    @Override
    public void touch(DataBuffer buffer) {}
  }
}
