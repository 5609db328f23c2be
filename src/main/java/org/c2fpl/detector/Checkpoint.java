package org.c2fpl.detector;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.c2fpl.workspace.Fingerprints;

/**
 * The state of a training after a number of epochs; a training that continues from it gives the
 * same result as an uninterrupted one.
 *
 * <p>File: magic, version, SHA-256 of the training's identity, epochs, iteration, losses,
 * parameters, updater state, all big-endian except the floats, and the SHA-256 of everything before
 * it. A truncated file fails the last check.
 *
 * @param identity SHA-256, 32 bytes: data, plan and architecture
 * @param losses one per completed epoch
 */
record Checkpoint(byte[] identity, NetworkState state, List<Double> losses) {
  private static final int MAGIC = 0x4332_4350; // "C2CP"
  private static final int VERSION = 1;
  private static final int DIGEST = 32;

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.write(identity);
    out.writeInt(state.epoch());
    out.writeInt(state.iteration());
    out.writeInt(losses.size());
    for (double loss : losses) {
      out.writeDouble(loss);
    }
    out.writeInt(state.parameters().length);
    out.write(state.parameters());
    out.writeInt(state.updater().length);
    out.write(state.updater());
    bytes.write(Fingerprints.digest().digest(bytes.toByteArray()));
    return bytes.toByteArray();
  }

  /**
   * @throws IOException if the bytes are not a complete checkpoint
   */
  static Checkpoint fromBytes(byte[] bytes) throws IOException {
    int length = bytes.length - DIGEST;
    if (length < DIGEST) {
      throw new IOException("it is cut off");
    }
    byte[] digest = Fingerprints.digest().digest(Arrays.copyOf(bytes, length));
    if (!Arrays.equals(digest, Arrays.copyOfRange(bytes, length, bytes.length))) {
      throw new IOException("its checksum is wrong");
    }
    DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(bytes, 0, length));
    if (in.readInt() != MAGIC || in.readInt() != VERSION) {
      throw new IOException("it has another format");
    }
    byte[] identity = block(in, DIGEST);
    int epoch = in.readInt();
    int iteration = in.readInt();
    int losses = in.readInt();
    if (losses < 0 || losses > in.available() / Double.BYTES) {
      throw new IOException("it has " + losses + " losses");
    }
    List<Double> lossOfEpoch = new ArrayList<>();
    ByteBuffer values = ByteBuffer.wrap(block(in, losses * Double.BYTES));
    while (values.hasRemaining()) {
      lossOfEpoch.add(values.getDouble());
    }
    byte[] parameters = block(in, in.readInt());
    byte[] updater = block(in, in.readInt());
    return new Checkpoint(
        identity, new NetworkState(parameters, updater, iteration, epoch), lossOfEpoch);
  }

  private static byte[] block(DataInputStream in, int length) throws IOException {
    if (length < 0 || length > in.available()) {
      throw new IOException("it has a block of " + length + " bytes");
    }
    return in.readNBytes(length);
  }
}
