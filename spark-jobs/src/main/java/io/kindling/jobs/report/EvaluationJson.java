/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;

/** An evaluation as JSON. A number that is not finite, which JSON has not, is null. */
final class EvaluationJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .registerModule(
              new SimpleModule()
                  .addSerializer(Double.class, new FiniteSerializer())
                  .addSerializer(double.class, new FiniteSerializer()))
          .enable(SerializationFeature.INDENT_OUTPUT);

  private EvaluationJson() {}

  static String of(Evaluation evaluation) {
    try {
      return MAPPER.writeValueAsString(evaluation);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an evaluation can always be written", e);
    }
  }

  private static final class FiniteSerializer extends StdSerializer<Double> {
    private static final long serialVersionUID = 1L;

    FiniteSerializer() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        out.writeNumber(value);
      } else {
        out.writeNull();
      }
    }
  }
}
