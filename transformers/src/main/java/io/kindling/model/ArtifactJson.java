/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.data.KindlingException;

/** How a model's own JSON files are read: with later versions' keys, with no key twice. */
final class ArtifactJson {
  private static final int MOST_SHOWN = 80;
  private static final int MOST_TOLD = 300;

  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private ArtifactJson() {}

  /** Why a file could not be read, in one line. */
  static String reason(Exception failure) {
    KindlingException ours = KindlingException.in(failure);
    String reason =
        ours != null
            ? ours.getMessage()
            : failure instanceof JsonProcessingException json
                ? json.getOriginalMessage()
                : failure.getMessage();
    return line(reason == null ? failure.getClass().getSimpleName() : reason, MOST_TOLD);
  }

  /** What a file says, for a message: one line, without control characters, not too long. */
  static String shown(String text) {
    return line(text, MOST_SHOWN);
  }

  private static String line(String text, int most) {
    String line = String.valueOf(text).lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    return line.length() <= most ? line : line.substring(0, most) + "...";
  }
}
