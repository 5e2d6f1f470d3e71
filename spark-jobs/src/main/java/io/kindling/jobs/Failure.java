/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Any throwable in one line that a user can act on. */
final class Failure {
  /** A task's exception may arrive at the driver as the text of its stack trace only. */
  private static final Pattern IN_TRACE = Pattern.compile("KindlingException: (Cannot [^\\r\\n]+)");

  private Failure() {}

  /**
   * Says what failed and why.
   *
   * @param doing what was being done, as the rest of a sentence after "Cannot"
   * @return {@code Cannot DO THING: REASON}, without a line break
   */
  static String describe(Throwable thrown, String doing) {
    KindlingException ours = KindlingException.in(thrown);
    if (ours != null) {
      return oneLine(ours.getMessage());
    }
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      Matcher matcher = IN_TRACE.matcher(String.valueOf(t.getMessage()));
      if (matcher.find()) {
        return matcher.group(1);
      }
      if (t instanceof OutOfMemoryError) {
        return String.format(
            "Cannot %s: out of memory (%s); give the driver more, for example: -- --driver-memory"
                + " 8g",
            doing, t.getMessage());
      }
    }
    return String.format("Cannot %s: %s", doing, reason(thrown));
  }

  /** What its innermost cause says, in one line. */
  static String reason(Throwable thrown) {
    Throwable root = root(thrown);
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : saysEnough(root)
            ? firstLine(message)
            : root.getClass().getSimpleName() + ": " + firstLine(message);
  }

  /** Spark's own messages are sentences; those of other exceptions need their class's name. */
  private static boolean saysEnough(Throwable thrown) {
    return thrown.getClass().getName().startsWith("org.apache.spark.");
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    for (int depth = 0; root.getCause() != null && depth < 64; depth++) {
      root = root.getCause();
    }
    return root;
  }

  static String firstLine(String message) {
    return message.strip().lines().findFirst().orElse("");
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
