/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** As on an executor: the jars in a loader that the thread's context class loader cannot see. */
class ImageCodecClassLoaderTest {

  @Test
  void findsItsReadersWithoutTheContextClassLoader() throws Exception {
    List<URL> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      jars.add(new File(entry).toURI().toURL());
    }
    byte[] inks = ImageFiles.withAdobe(ImageFiles.inkJpeg(8, 8, new byte[256]), 2);
    byte[] wanted = new ImageCodec().decode(inks, 3).data();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    ClassLoader platform = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader loader = new URLClassLoader(jars.toArray(new URL[0]), platform)) {
      thread.setContextClassLoader(platform);
      Class<?> codec = loader.loadClass(ImageCodec.class.getName());
      assertNotSame(ImageCodec.class, codec);
      Object pixels =
          codec
              .getMethod("decode", byte[].class, int.class)
              .invoke(codec.getConstructor().newInstance(), inks, 3);
      assertArrayEquals(wanted, (byte[]) pixels.getClass().getMethod("data").invoke(pixels));
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
