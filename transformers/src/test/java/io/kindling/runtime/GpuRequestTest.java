/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class GpuRequestTest {
  private static GpuRequest request(String executor, String task) {
    return GpuRequest.of(
        new SparkConf(false)
            .set("spark.executor.resource.gpu.amount", executor)
            .set("spark.task.resource.gpu.amount", task));
  }

  @Test
  void whatFitsTheBuildPasses() {
    GpuRequest.of(new SparkConf(false)).checkBuild(false, false);
    GpuRequest.of(new SparkConf(false)).checkBuild(true, true);
    request("1", "1").checkBuild(true, false);
    request("2", "0.5").checkBuild(true, false);
  }

  @Test
  void gpusOnABuildForCpusAreRefused() {
    assertEquals(
        "Cannot compute on GPUs: this build of Kindling is for CPUs; build with './mvnw -Pcuda -DskipTests package', or ask for no GPUs (spark.task.resource.gpu.amount, --gpus)",
        message(() -> request("1", "1").checkBuild(false, false)));
  }

  @Test
  void aBuildForGpusWithoutAnyIsRefusedOnACluster() {
    assertEquals(
        "Cannot compute on CPUs: this build of Kindling is for GPUs, and the application asks for none; add --gpus 1, or build without -Pcuda",
        message(() -> GpuRequest.of(new SparkConf(false)).checkBuild(true, false)));
  }

  @Test
  void amountsThatCannotBeServedAreNamed() {
    assertEquals(
        "Cannot give a task 2 GPUs: it computes on one; set spark.task.resource.gpu.amount to 1 or to a part such as 0.5",
        message(() -> request("2", "2").checkBuild(true, false)));
    assertEquals(
        "Cannot give tasks GPUs: executors have 0 (spark.executor.resource.gpu.amount), tasks want 1 (spark.task.resource.gpu.amount)",
        message(() -> request("0", "1").checkBuild(true, false)));
    assertEquals(
        "Cannot ask for GPUs: spark.task.resource.gpu.amount is 'some', but must be a number",
        message(() -> request("1", "some")));
  }

  private static String message(Executable call) {
    return assertThrows(KindlingException.class, call).getMessage();
  }
}
