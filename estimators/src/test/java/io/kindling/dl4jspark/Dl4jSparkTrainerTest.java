/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class Dl4jSparkTrainerTest {
  @Test
  void kryoWithoutARegistratorIsRefused() {
    SparkConf conf =
        new SparkConf(false).set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    assertEquals(
        "Cannot train with dl4j-spark: spark.serializer is Kryo, which cannot move its arrays;"
            + " unset spark.serializer, or use engine averaging",
        assertThrows(KindlingException.class, () -> Dl4jSparkTrainer.checkSerializer(conf))
            .getMessage());
    Dl4jSparkTrainer.checkSerializer(conf.set("spark.kryo.registrator", "their.Own"));
    Dl4jSparkTrainer.checkSerializer(new SparkConf(false));
  }

  @Test
  void aTaskThatRanTwiceCountsOnce() {
    RoundCount first = new RoundCount();
    first.add(new RoundCount.Minibatch(0, 16, 1.0, 2));
    first.add(new RoundCount.Minibatch(0, 4, 2.0, 1));
    RoundCount again = first.copy();
    RoundCount other = new RoundCount();
    other.add(new RoundCount.Minibatch(1, 16, 0.5, 4));
    RoundCount driver = new RoundCount();
    driver.merge(first);
    driver.merge(other);
    driver.merge(again);
    assertEquals(36, driver.examples());
    assertEquals(3, driver.minibatches());
    assertEquals(2, driver.steps());
    assertEquals(16 + 8 + 8, driver.lossSum());
    assertEquals(2 + 1 + 4, driver.seconds());
  }
}
