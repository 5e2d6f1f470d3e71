/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.BadRowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Bytes to text without a substitute for what is no UTF-8. */
final class Utf8 {
  private Utf8() {}

  /**
   * The text of these bytes, without a byte order mark at its beginning.
   *
   * @param where what the position of a broken byte counts from, as in "of the file"
   * @throws BadRowException naming the first broken byte and its position, from 0
   */
  static String decode(byte[] bytes, String where) throws BadRowException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length >= 3
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf) {
      in.position(3);
    }
    CharBuffer out = CharBuffer.allocate(in.remaining()); // never more chars than bytes
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(in, out, true);
    if (result.isError()) {
      throw new BadRowException(
          "no UTF-8: byte 0x%02X at position %d %s%s"
              .formatted(bytes[in.position()], in.position(), where, guess(bytes)));
    }
    return out.flip().toString();
  }

  private static String guess(byte[] bytes) {
    boolean utf16 =
        bytes.length >= 2
            && ((bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe)
                || (bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff));
    return utf16 ? ", which begins as UTF-16 does" : "";
  }
}
