package org.c2fpl.detector;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Idle networks of this JVM. A network is not thread-safe and slow to build, so a task borrows one;
 * there are never more networks than tasks at once. Only networks of the last requested
 * configuration are kept.
 */
final class NetworkPool {
  private record Idle(String key, ConcurrentLinkedQueue<ComputationGraph> networks) {}

  private static volatile Idle idle = new Idle("", new ConcurrentLinkedQueue<>());

  private NetworkPool() {}

  /** An idle network of the key, or a new one. Its parameters are those that the last user left. */
  static ComputationGraph borrow(String key, Supplier<ComputationGraph> build) {
    Idle current = idle;
    if (!current.key.equals(key)) {
      current = new Idle(key, new ConcurrentLinkedQueue<>());
      idle = current;
    }
    ComputationGraph network = current.networks.poll();
    return network == null ? build.get() : network;
  }

  /** Returns a network to the pool; not after a failure. */
  static void giveBack(String key, ComputationGraph network) {
    Idle current = idle;
    if (current.key.equals(key)) {
      current.networks.add(network);
    }
  }

  static Supplier<ComputationGraph> fromJson(String configuration) {
    return () -> {
      ComputationGraph network =
          new DetectorNetwork(ComputationGraphConfiguration.fromJson(configuration));
      network.init();
      return network;
    };
  }
}
