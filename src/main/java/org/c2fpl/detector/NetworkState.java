package org.c2fpl.detector;

import java.io.Serializable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The state of a network that training changes.
 *
 * @param parameters all weights and biases as float32 little-endian, in DL4J's flattened order
 * @param updater the updater's state likewise; empty for plain SGD
 * @param iteration mini-batches that a worker has trained so far
 * @param epoch epochs completed
 */
record NetworkState(byte[] parameters, byte[] updater, int iteration, int epoch)
    implements Serializable {

  static NetworkState of(ComputationGraph network) {
    INDArray updater = network.getUpdater().getUpdaterStateViewArray();
    return new NetworkState(
        LittleEndian.bytes(NativeMemory.floats(network.params())),
        updater == null ? new byte[0] : LittleEndian.bytes(NativeMemory.floats(updater)),
        network.getIterationCount(),
        network.getEpochCount());
  }

  /** Puts the state into a network of the same configuration. */
  void into(ComputationGraph network) {
    assign(network.params(), parameters);
    if (updater.length > 0) {
      assign(network.getUpdater().getUpdaterStateViewArray(), updater);
    }
    network.getConfiguration().setIterationCount(iteration);
    network.getConfiguration().setEpochCount(epoch);
  }

  private static void assign(INDArray target, byte[] values) {
    if (target.length() != values.length / Float.BYTES) {
      throw new IllegalArgumentException(
          "expected " + target.length() + " values, found " + values.length / Float.BYTES);
    }
    NativeMemory.floats(target).put(LittleEndian.view(values));
    NativeMemory.written(target);
  }
}
