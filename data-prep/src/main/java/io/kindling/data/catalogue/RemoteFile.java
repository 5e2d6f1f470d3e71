/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import java.net.URI;

/**
 * A published file.
 *
 * @param url where it is published, HTTPS
 * @param bytes its length
 * @param sha256 its SHA-256, 64 hexadecimal digits in lower case
 */
public record RemoteFile(URI url, long bytes, String sha256) {

  static RemoteFile of(String url, long bytes, String sha256) {
    return new RemoteFile(URI.create(url), bytes, sha256);
  }

  /** The last part of the URL's path. */
  public String name() {
    String path = url.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
