/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.testkit.LocalSpark;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Job {@code doctor} where all is well; {@code doctor.BrokenSetUpTest} is where it is not. */
@ExtendWith(LocalSpark.class)
class DoctorTest {
  private static final JobRuns JOBS = new JobRuns();

  @Test
  void ofAWellSetUpItTellsVersionsAndRates(SparkSession spark) throws IOException {
    assertFalse(spark.sparkContext().isStopped());
    assertEquals(0, JOBS.run("doctor", List.of()), JOBS.err::toString);
    JsonNode summary = JOBS.summary();
    assertEquals(0, summary.get("fail").asInt());
    Map<String, JsonNode> checks = new HashMap<>();
    summary.get("checks").forEach(check -> checks.put(check.get("name").asText(), check));
    for (String name : List.of("java", "add-opens", "spark", "scala", "class-path", "backend")) {
      assertEquals("ok", checks.get(name).get("status").asText(), checks::toString);
      assertEquals("driver", checks.get(name).get("where").asText());
      assertFalse(checks.get(name).has("fix"));
    }
    assertEquals("1.0.0-M2.1", checks.get("deeplearning4j").get("found").asText());
    assertTrue(checks.get("matrix-rate").get("found").asText().endsWith("GFLOP/s in one task"));
    assertTrue(checks.get("convolution").get("found").asText().contains("MKLDNNConvHelper"));
    assertTrue(checks.get("reduce").get("found").asText().startsWith("20 MB from 2 tasks in "));
  }
}
