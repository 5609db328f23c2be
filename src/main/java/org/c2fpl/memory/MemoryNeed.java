package org.c2fpl.memory;

/**
 * The least memory that a stage needs: arrays that are certainly alive together. All in bytes.
 *
 * @param stage its name in messages
 * @param driverHeap on the driver's heap
 * @param sharedHeap on the heap of a process with tasks, once
 * @param taskHeap on that heap, per task
 * @param taskOffHeap outside the heap, per task
 * @param tasks the most parallel tasks
 * @param orElse what to do if the heap cannot be larger
 */
public record MemoryNeed(
    String stage,
    long driverHeap,
    long sharedHeap,
    long taskHeap,
    long taskOffHeap,
    int tasks,
    String orElse) {
  private static final long SCORED_CROPS = 1024;
  private static final long SCORED_BYTES = 16L << 20;

  /** The JVM's own code, threads, buffers. */
  static final long JVM = 256L << 20;

  /**
   * The network of a stage.
   *
   * @param parameters weights and biases
   * @param units of all hidden layers; with attention each counts twice
   */
  public record Network(long parameters, long units, int crops, int dim) {}

  /** The need of a stage whose tasks compute outside the heap. */
  MemoryNeed(String stage, long driverHeap, long taskOffHeap, int tasks) {
    this(stage, driverHeap, 0, 0, taskOffHeap, tasks, "use fewer --workers");
  }

  /** No need; checks only the settings. */
  public static MemoryNeed none() {
    return new MemoryNeed("any stage", 0, 0, 1);
  }

  /**
   * The need of fitting Gaussians with Mahalanobis distances to folds of videos. The driver holds
   * the Gaussians of all folds and of all videos twice, old and new, the sums of the folds, and
   * three working matrices; a process with tasks holds the Gaussians and their serialized form, and
   * a task the sums of all folds.
   *
   * @param matrix bytes of a Gaussian, or of the sums of a fold
   */
  public static MemoryNeed gaussians(long matrix, int folds) {
    return new MemoryNeed(
        "the fit of mahalanobis",
        (2 * (folds + 1) + folds + 3) * matrix,
        2 * (folds + 1) * matrix,
        folds * matrix,
        0,
        Integer.MAX_VALUE,
        "use features of fewer dimensions or another --statistic");
  }

  /**
   * The need of training. A task holds parameters, gradient and, with momentum, the updater's
   * state, and for a batch the features, and activations and errors of the hidden units; the driver
   * holds the state twice per worker.
   *
   * @param batch segments per batch
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

  /**
   * The need of scoring: the parameters, and a batch with its activations. The driver holds the
   * model.
   */
  public static MemoryNeed scoring(Network network) {
    long crop = (long) network.dim() * Float.BYTES;
    long byBytes = SCORED_BYTES / (crop * network.crops());
    long segments = Math.max(1, Math.min(SCORED_CROPS / network.crops(), byBytes));
    long rows = segments * network.crops();
    long task = network.parameters() * Float.BYTES + rows * (crop + network.units() * Float.BYTES);
    return new MemoryNeed("score", network.parameters() * Float.BYTES, task, Integer.MAX_VALUE);
  }

  /** The bytes outside the heap of a process with so many slots. */
  long offHeap(int slots) {
    return taskOffHeap * atATime(slots);
  }

  /** The bytes on the heap of a process with so many slots. */
  long heap(MemoryVerdict.Role role, int slots) {
    long tasksHeap = sharedHeap + taskHeap * atATime(slots);
    return switch (role) {
      case DRIVER -> driverHeap;
      case LOCAL -> Math.max(driverHeap, tasksHeap);
      case EXECUTOR -> tasksHeap;
    };
  }

  private int atATime(int slots) {
    return Math.max(1, Math.min(tasks, slots));
  }
}
