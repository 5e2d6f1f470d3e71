/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.kindling.data.KindlingException;
import java.io.Externalizable;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.util.Iterator;
import java.util.zip.CRC32C;

/**
 * What one worker trains and validates on, resident on its executor: the features in a local file,
 * labels and weights on the heap.
 *
 * <p>Serialized, by Java or by Kryo, it carries its contents and makes a file of its own where it
 * arrives. Spark does that to a cached shard that a task on another executor asks for, all of it on
 * the heap; a shard too large for that refuses, and Spark then builds it there from the shuffle.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo knows nothing of writeReplace
public final class Shard implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1L;

  /** The part of the heap that a shard may take when it travels. */
  private static final int HEAP_PART = 16;

  private final transient ExampleFile file;
  private final transient ExampleStore training;
  private final transient ExampleStore validation;
  private final long skipped;
  private final long fingerprint;

  private Shard(
      ExampleFile file,
      ExampleStore training,
      ExampleStore validation,
      long skipped,
      long fingerprint) {
    this.file = file;
    this.training = training;
    this.validation = validation;
    this.skipped = skipped;
    this.fingerprint = fingerprint;
  }

  /**
   * Stores blocks as they arrive, in any order.
   *
   * @throws KindlingException if the local disk does not take them
   */
  static Shard of(Iterator<ExampleBlock> arriving) {
    ExampleFile file = new ExampleFile();
    boolean stored = false;
    try {
      ExampleStore.Builder training = new ExampleStore.Builder(file);
      ExampleStore.Builder validation = new ExampleStore.Builder(file);
      long skipped = 0;
      while (arriving.hasNext()) {
        ExampleBlock block = arriving.next();
        (block.validation ? validation : training).add(block);
        skipped += block.skipped;
      }
      CRC32C fingerprint = new CRC32C();
      Shard shard =
          new Shard(
              file,
              training.build(fingerprint),
              validation.build(fingerprint),
              skipped,
              fingerprint.getValue());
      stored = true;
      return shard;
    } finally {
      if (!stored) {
        file.close();
      }
    }
  }

  public ExampleStore training() {
    return training;
  }

  public ExampleStore validation() {
    return validation;
  }

  /**
   * A checksum of the examples in their order. A shard that was lost and built again must have the
   * same, else examples would be trained on twice and others never.
   */
  public long fingerprint() {
    return fingerprint;
  }

  /** Rows that could not be used, counted in one of the shards each. */
  public long skipped() {
    return skipped;
  }

  /** Gives the local disk space back now; without this the garbage collector does. */
  @Override
  public void close() {
    file.close();
  }

  private Object writeReplace() {
    return new Travelling(this);
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a shard is read through Shard.Travelling");
  }

  /** A shard's serialized form. Public for {@link Externalizable} only. */
  public static final class Travelling implements Externalizable {
    private static final long serialVersionUID = 1L;

    private transient Shard shard;

    /** For deserialization. */
    public Travelling() {}

    private Travelling(Shard shard) {
      this.shard = shard;
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
      long bytes = shard.training.bytes() + shard.validation.bytes();
      if (bytes > Runtime.getRuntime().maxMemory() / HEAP_PART) {
        throw new NotSerializableException(
            "a shard of %d bytes does not travel through a heap of %d: Spark builds it from the shuffle"
                .formatted(bytes, Runtime.getRuntime().maxMemory()));
      }
      out.writeLong(shard.skipped);
      out.writeLong(shard.fingerprint);
      shard.training.writeTo(out);
      shard.validation.writeTo(out);
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
      long skipped = in.readLong();
      long fingerprint = in.readLong();
      ExampleFile file = new ExampleFile();
      try {
        shard =
            new Shard(
                file,
                ExampleStore.readFrom(in, file),
                ExampleStore.readFrom(in, file),
                skipped,
                fingerprint);
      } finally {
        if (shard == null) {
          file.close();
        }
      }
    }

    private Object readResolve() {
      return shard;
    }
  }
}
