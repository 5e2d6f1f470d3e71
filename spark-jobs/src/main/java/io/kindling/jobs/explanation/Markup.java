/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes HTML that is XML, too: whatever is put in as text or attribute stays text. */
final class Markup {
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter writer;

  Markup() {
    try {
      // The JDK's own: the class path has others.
      writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      writer.writeDTD("<!DOCTYPE html>");
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String name, String... attributes) {
    try {
      writer.writeStartElement(name);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Closes the element that was opened last. */
  Markup close() {
    try {
      // Also of an element without content, which HTML wants closed by an end tag.
      writer.writeCharacters("");
      writer.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An element that never has content, such as an image. */
  Markup empty(String name, String... attributes) {
    try {
      writer.writeEmptyElement(name);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Text; characters that XML cannot hold become {@code U+FFFD}. */
  Markup text(String content) {
    try {
      writer.writeCharacters(allowed(content));
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An element of text alone. */
  Markup element(String name, String content, String... attributes) {
    return open(name, attributes).text(content).close();
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      writer.writeAttribute(attributes[i], allowed(attributes[i + 1]));
    }
  }

  private static String allowed(String content) {
    StringBuilder clean = new StringBuilder(content.length());
    content
        .codePoints()
        .forEach(
            c -> {
              boolean fine =
                  c == '\t'
                      || c == '\n'
                      || (c >= 0x20 && c <= 0xd7ff)
                      || (c >= 0xe000 && c <= 0xfffd)
                      || c >= 0x10000;
              clean.appendCodePoint(fine ? c : 0xfffd);
            });
    return clean.toString();
  }

  @Override
  public String toString() {
    try {
      writer.flush();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return text + "\n";
  }
}
