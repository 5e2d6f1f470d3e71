/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.report;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes HTML that is well-formed XML, too. All text and all attributes are escaped; characters
 * that XML has not become the replacement character.
 */
final class Markup {
  private final StringWriter page = new StringWriter();
  private final XMLStreamWriter out;

  /** An XML writer may be asked to write anything; into memory it does. */
  private interface Step {
    void run() throws XMLStreamException;
  }

  Markup() {
    try {
      // The JDK's own: another on the class path may write <td/>, which HTML takes for a start.
      out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(page);
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  private Markup run(Step step) {
    try {
      step.run();
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException("markup can always be written", e);
    }
  }

  Markup doctype() {
    return run(() -> out.writeDTD("<!DOCTYPE html>"));
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn, or arrays of these; one whose value is null is left
   *     out
   */
  Markup open(String element, Object... attributes) {
    return run(
        () -> {
          out.writeStartElement(element);
          write(attributes);
        });
  }

  /** An element without content, of those that HTML ends at once, or of SVG's. */
  Markup empty(String element, Object... attributes) {
    return run(
        () -> {
          out.writeEmptyElement(element);
          write(attributes);
        });
  }

  private void write(Object... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i] instanceof Object[] more) {
        write(more);
        i--;
      } else if (attributes[i + 1] != null) {
        out.writeAttribute(attributes[i].toString(), clean(attributes[i + 1].toString()));
      }
    }
  }

  /** Ends the innermost element. */
  Markup close() {
    return run(out::writeEndElement);
  }

  Markup text(String text) {
    return run(() -> out.writeCharacters(clean(text)));
  }

  /** An element with text only. */
  Markup leaf(String element, String text, Object... attributes) {
    return open(element, attributes).text(text).close();
  }

  /** The characters of XML 1.0, which are those of HTML. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == '\t' || c == '\n' || (c >= ' ' && c != 0x7f && !isForbidden(c)) ? c : 0xfffd)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isForbidden(int character) {
    return (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE)
        || (character & 0xfffe) == 0xfffe
        || (character > 0x7f && character < 0xa0);
  }

  @Override
  public String toString() {
    return run(out::flush).page.toString();
  }
}
