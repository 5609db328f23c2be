package org.c2fpl.memory;

/**
 * What a stage needs at least: arrays that are certainly alive together. All in bytes.
 *
 * @param stage what messages call it
 * @param driverHeap on the driver's heap
 * @param taskOffHeap outside the heap, a task
 * @param tasks that can run at a time, at most
 */
public record MemoryNeed(String stage, long driverHeap, long taskOffHeap, int tasks) {
  private static final long SCORED_CROPS = 1024;
  private static final long SCORED_BYTES = 16L << 20;

  /** The JVM's own code, threads, buffers. */
  static final long JVM = 256L << 20;

  /**
   * The network that a stage computes with.
   *
   * @param parameters weights and biases
   * @param units of all hidden layers; with attention each counts twice
   */
  public record Network(long parameters, long units, int crops, int dim) {}

  /** Of nothing but the settings. */
  public static MemoryNeed none() {
    return new MemoryNeed("any stage", 0, 0, 1);
  }

  /**
   * Of training. A task holds parameters, gradient and, with momentum, the updater's state, and for
   * a batch the features, and activations and errors of the hidden units; the driver holds the
   * state twice a worker.
   *
   * @param batch segments
   */
  public static MemoryNeed training(Network network, int batch, int workers, boolean momentum) {
    long state = network.parameters() * (momentum ? 2 : 1) * Float.BYTES;
    long rows = (long) batch * network.crops();
    long task =
        state
            + network.parameters() * Float.BYTES
            + rows * (network.dim() + 2 * network.units()) * Float.BYTES;
    return new MemoryNeed("train", 2 * state * workers, task, workers);
  }

  /** Of scoring: the parameters, and a batch with its activations. The driver holds the model. */
  public static MemoryNeed scoring(Network network) {
    long crop = (long) network.dim() * Float.BYTES;
    long byBytes = SCORED_BYTES / (crop * network.crops());
    long segments = Math.max(1, Math.min(SCORED_CROPS / network.crops(), byBytes));
    long rows = segments * network.crops();
    long task = network.parameters() * Float.BYTES + rows * (crop + network.units() * Float.BYTES);
    return new MemoryNeed("score", network.parameters() * Float.BYTES, task, Integer.MAX_VALUE);
  }

  /** Outside the heap of a process with so many slots. */
  long offHeap(int slots) {
    return taskOffHeap * Math.max(1, Math.min(tasks, slots));
  }
}
