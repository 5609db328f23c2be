package org.c2fpl.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Seeded synthetic footage: features of surveillance videos like those of a video network, with the
 * truth.
 *
 * <p>The feature of segment t, crop c is {@code 2 max(0, g_t g_c (base + act_t motion + crowd_t
 * crowd + e_t event) + noise)}, non-negative like the pooled activations of an I3D network. {@code
 * base}, {@code motion} and {@code crowd} belong to the scene; {@code act}, {@code crowd} and the
 * camera's gain {@code g} drift smoothly over time; {@code event} is one of a few kinds of anomaly
 * that share a core of channels, and {@code e_t} follows the share of the segment's frames inside
 * an anomaly. What makes the footage hard:
 *
 * <ul>
 *   <li>a third of all videos, normal and anomalous alike, is crowded: louder (of larger norm) than
 *       any anomaly, yet normal;
 *   <li>six in ten anomalous videos are hard: hardly louder than the scene, but in the channels of
 *       the easy anomalies;
 *   <li>lengths run from 8 to 120 segments, one training video in 120 has 240; they follow the same
 *       design in normal and anomalous videos, so length says nothing about the label.
 * </ul>
 *
 * <p>A video is a function of (seed, split, index) only. Memory is a few direction vectors; any
 * video can be generated on any machine, one segment after the other. Attributes follow a
 * low-discrepancy sequence with a seeded offset, so that footage of every seed has nearly the same
 * composition although it is small.
 */
public final class SyntheticFootage {
  /** Name of the training split. */
  public static final String TRAIN = "train";

  /** Name of the test split. */
  public static final String TEST = "test";

  /** Frames in a segment. */
  public static final int FRAMES_PER_SEGMENT = 16;

  private static final int SHORTEST = 8;
  private static final int LONGEST = 120;
  private static final int OUTLIER_LENGTH = 240;
  private static final int VIDEOS_PER_OUTLIER = 120;

  private static final double ANOMALOUS_TEST = 0.5;
  private static final double CROWDED = 0.33;
  private static final double EASY = 0.4;
  private static final double TWO_EVENTS = 0.35;
  private static final int TWO_EVENTS_FROM_SEGMENTS = 40;
  private static final int SHORTEST_EVENT_FRAMES = 40;

  private static final int SCENES = 5;
  private static final int KINDS = 4;

  /** Scales all features so that norms are about 20, like those of real video networks. */
  private static final double UNIT = 2.0;

  // Magnitudes, before scaling; a scene's own vector has norm 10.
  private static final double BASE = 10.0;
  private static final double BASE_SPREAD = 0.04;
  private static final double ACTIVITY = 0.4;
  private static final double CROWD_FROM = 6.5;
  private static final double CROWD_TO = 8.5;
  private static final double QUIET_TO = 0.5;
  private static final double HARD_FROM = 3.25;
  private static final double HARD_TO = 4.5;
  private static final double EASY_FROM = 4.5;
  private static final double EASY_TO = 6.0;

  /** Expected norm of the camera noise before scaling, for any dimension. */
  private static final double NOISE = 4.0;

  // Shares of the channels that a direction uses. Anomalies show in rare channels, which people
  // walking by and crowds leave
  // alone; a scene itself may use any.
  private static final double RARE_CHANNELS = 0.25;
  private static final double SCENE_CHANNELS = 0.375;
  private static final double MOTION_CHANNELS = 0.1875;
  private static final double CORE_CHANNELS = 0.09375;
  private static final double KIND_CHANNELS = 0.0625;

  /**
   * Weight of a direction's own part relative to the part that it shares with similar directions.
   */
  private static final double OWN = 0.6;

  // Coordinates of the design sequence: fractional parts of square roots of primes.
  private static final double LENGTH_STEP = fraction(2);
  private static final double CROWD_STEP = fraction(3);
  private static final double EVENT_STEP = fraction(5);
  private static final double SCENE_STEP = fraction(7);
  private static final double KIND_STEP = fraction(11);

  /**
   * The amount of footage.
   *
   * @param trainVideos videos of the training split, at least 1
   * @param testVideos videos of the test split, at least 1
   * @param crops crops of a segment, at least 1
   * @param dim numbers of a crop, at least 32 (a direction needs a few channels)
   */
  public record Size(int trainVideos, int testVideos, int crops, int dim) {
    /** The demonstration: 160 and 80 videos, about 7,000 and 3,300 segments, 2 crops of 128. */
    public static final Size DEMO = new Size(160, 80, 2, 128);

    public Size {
      if (trainVideos < 1 || testVideos < 1 || crops < 1 || dim < 32) {
        throw new IllegalArgumentException(
            "Footage needs at least 1 training video, 1 test video, 1 crop and 32 dimensions: "
                + trainVideos
                + ", "
                + testVideos
                + ", "
                + crops
                + ", "
                + dim);
      }
    }

    /** The same shape with {@code factor} times the videos. */
    public Size times(int factor) {
      return new Size(
          Math.multiplyExact(trainVideos, factor),
          Math.multiplyExact(testVideos, factor),
          crops,
          dim);
    }
  }

  /**
   * The composition of the training split.
   *
   * @param anomalousShare share of its videos that are anomalous, 0 to 1
   * @param lengths segments of its videos, in the order of their index, repeated if there are more
   *     videos; empty for lengths of 8 to 120 segments and a few of 240
   */
  public record TrainingDesign(double anomalousShare, List<Integer> lengths) {
    // Quiet normal videos are just over half of the training split: the method takes the smaller
    // of two clusters for the anomalies, so with fewer it could take the normal videos instead.
    /** The composition of the demonstration. */
    public static final TrainingDesign DEMO = new TrainingDesign(0.24, List.of());

    public TrainingDesign {
      lengths = List.copyOf(lengths);
      if (!(anomalousShare >= 0 && anomalousShare <= 1)) {
        throw new IllegalArgumentException("a share must be from 0 to 1: " + anomalousShare);
      }
      if (lengths.stream().anyMatch(length -> length < 1)) {
        throw new IllegalArgumentException("a video has at least 1 segment");
      }
    }
  }

  /** Frames {@code start} (0-based) to {@code end} (exclusive). */
  public record FrameRange(long start, long end) {}

  /**
   * One video and its truth.
   *
   * @param id unique over both splits, safe as a file name
   * @param split {@link #TRAIN} or {@link #TEST}
   * @param index 0-based position in the split
   * @param scene 0-based number of the scene
   * @param segments number of segments, m
   * @param frames number of frames: 16 m, up to 15 fewer (last segment padded) or up to 15 more
   *     (remainder dropped)
   * @param crowd mean level of the crowd; 6.5 or more in crowded videos, below 0.5 in others
   * @param kind kind of anomaly; -1 in normal videos
   * @param strength level of the anomaly; 0 in normal videos
   * @param anomalies the anomalous frames, ascending, apart, all below {@code frames}; empty in
   *     normal videos
   */
  public record Video(
      String id,
      String split,
      int index,
      int scene,
      int segments,
      long frames,
      double crowd,
      int kind,
      double strength,
      List<FrameRange> anomalies) {
    public Video {
      anomalies = List.copyOf(anomalies);
    }

    /** Whether anything anomalous happens. */
    public boolean anomalous() {
      return !anomalies.isEmpty();
    }

    /** The share of a segment's 16 frames inside an anomaly, 0 to 1. */
    public double anomalousShare(int segment) {
      long from = (long) segment * FRAMES_PER_SEGMENT;
      long inside = 0;
      for (FrameRange range : anomalies) {
        inside +=
            Math.max(
                0,
                Math.min(range.end(), from + FRAMES_PER_SEGMENT) - Math.max(range.start(), from));
      }
      return (double) inside / FRAMES_PER_SEGMENT;
    }
  }

  /** Receives the segments of a video in order. */
  @FunctionalInterface
  public interface SegmentSink<E extends Exception> {
    /**
     * @param segment 0-based index
     * @param features crops × dim, row-major; overwritten by the next segment, so copy values to
     *     keep
     */
    void accept(int segment, float[] features) throws E;
  }

  private record Scene(double[] base, double[] motion, double[] crowd, double[] cropGain) {}

  private final long seed;
  private final Size size;
  private final TrainingDesign training;
  private final List<Scene> scenes = new ArrayList<>();
  private final List<double[]> kinds = new ArrayList<>();

  /** Footage of a seed; draws the scenes and the kinds of anomaly, O(dim) memory. */
  public SyntheticFootage(long seed, Size size) {
    this(seed, size, TrainingDesign.DEMO);
  }

  /** Footage of a seed with another composition of the training split. */
  public SyntheticFootage(long seed, Size size, TrainingDesign training) {
    this.seed = seed;
    this.size = size;
    this.training = training;
    FootageRandom random = FootageRandom.of(seed, "world", 0);
    int[] channels = shuffled(random, size.dim());
    int rare = (int) (RARE_CHANNELS * size.dim());
    int[] rareChannels = Arrays.copyOfRange(channels, 0, rare);
    int[] usualChannels = Arrays.copyOfRange(channels, rare, channels.length);
    double[] core = direction(random, rareChannels, CORE_CHANNELS);
    for (int kind = 0; kind < KINDS; kind++) {
      kinds.add(blend(core, direction(random, rareChannels, KIND_CHANNELS)));
    }
    double[] crowd = direction(random, usualChannels, MOTION_CHANNELS);
    for (int scene = 0; scene < SCENES; scene++) {
      double norm = BASE * (1 + BASE_SPREAD * (2.0 * scene / (SCENES - 1) - 1));
      double[] base = direction(random, channels, SCENE_CHANNELS);
      for (int d = 0; d < base.length; d++) {
        base[d] *= norm;
      }
      double[] motion = direction(random, usualChannels, MOTION_CHANNELS);
      double[] sceneCrowd = blend(crowd, direction(random, usualChannels, MOTION_CHANNELS));
      double[] cropGain = new double[size.crops()];
      for (int c = 0; c < cropGain.length; c++) {
        cropGain[c] = 1 + 0.02 * random.gaussian();
      }
      scenes.add(new Scene(base, motion, sceneCrowd, cropGain));
    }
  }

  /** The shape of this footage. */
  public Size size() {
    return size;
  }

  /** The videos of a split in the order of their index, made one at a time. */
  public Stream<Video> videos(String split) {
    return IntStream.range(0, count(split)).mapToObj(index -> video(split, index));
  }

  /** The video at a 0-based index of a split, in constant time. */
  public Video video(String split, int index) {
    int count = count(split);
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("Video " + index + " of " + count + " in " + split);
    }
    FootageRandom random = FootageRandom.of(seed, split + " plan", index);
    // Labels are spread evenly over the split; within a label, `rank` walks the design sequence.
    double share = split.equals(TRAIN) ? training.anomalousShare() : ANOMALOUS_TEST;
    long before = (long) (index * share);
    boolean anomalous = (long) ((index + 1) * share) > before;
    long rank = anomalous ? before : index - before;
    String design = split + (anomalous ? " anomalous" : " normal");
    FootageRandom offsets = FootageRandom.of(seed, design, 0);

    double lengthAt = wrap(offsets.uniform() + rank * LENGTH_STEP);
    double crowdAt = wrap(offsets.uniform() + rank * CROWD_STEP);
    double eventAt = wrap(offsets.uniform() + rank * EVENT_STEP);
    double sceneAt = wrap(offsets.uniform() + rank * SCENE_STEP);
    double kindAt = wrap(offsets.uniform() + rank * KIND_STEP);

    int segments = segments(split, index, lengthAt);
    long frames = (long) segments * FRAMES_PER_SEGMENT;
    switch (random.below(3)) {
      case 0 -> frames += 1 + random.below(FRAMES_PER_SEGMENT - 1);
      case 1 -> frames -= 1 + random.below(FRAMES_PER_SEGMENT - 1);
      default -> {}
    }
    double crowd =
        crowdAt < CROWDED
            ? between(CROWD_FROM, CROWD_TO, crowdAt / CROWDED)
            : between(0, QUIET_TO, (crowdAt - CROWDED) / (1 - CROWDED));
    double strength = 0;
    List<FrameRange> anomalies = List.of();
    if (anomalous) {
      strength =
          eventAt < EASY
              ? between(EASY_FROM, EASY_TO, eventAt / EASY)
              : between(HARD_FROM, HARD_TO, (eventAt - EASY) / (1 - EASY));
      anomalies = events(random, segments, Math.min(frames, (long) segments * FRAMES_PER_SEGMENT));
    }
    return new Video(
        String.format(Locale.ROOT, "%s-%05d", split, index),
        split,
        index,
        (int) (sceneAt * SCENES),
        segments,
        frames,
        crowd,
        anomalous ? (int) (kindAt * KINDS) : -1,
        strength,
        anomalies);
  }

  /**
   * Generates the features of a video of this footage, segment by segment, in O(crops × dim)
   * memory.
   *
   * @throws E as thrown by the sink
   */
  public <E extends Exception> void features(Video video, SegmentSink<E> sink) throws E {
    FootageRandom random = FootageRandom.of(seed, video.split() + " features", video.index());
    Scene scene = scenes.get(video.scene());
    double[] event = video.anomalous() ? kinds.get(video.kind()) : new double[size.dim()];
    double sigma = NOISE / StrictMath.sqrt(size.dim());
    double camera = 1 + 0.015 * random.gaussian();
    Drift activity = new Drift(random, 0.9);
    Drift crowding = new Drift(random, 0.9);
    Drift light = new Drift(random, 0.95);
    float[] features = new float[size.crops() * size.dim()];
    double[] signal = new double[size.dim()];
    for (int t = 0; t < video.segments(); t++) {
      double act = ACTIVITY * Math.max(0, 1 + 0.6 * activity.next());
      double crowd = video.crowd() * (1 + 0.05 * crowding.next());
      double gain = camera + 0.004 * light.next();
      double level = video.strength() * video.anomalousShare(t) * (1 + 0.15 * random.gaussian());
      for (int d = 0; d < signal.length; d++) {
        signal[d] =
            gain
                * (scene.base()[d]
                    + act * scene.motion()[d]
                    + crowd * scene.crowd()[d]
                    + level * event[d]);
      }
      for (int c = 0; c < size.crops(); c++) {
        for (int d = 0; d < signal.length; d++) {
          double value = scene.cropGain()[c] * signal[d] + sigma * random.noise();
          features[c * signal.length + d] = (float) (UNIT * Math.max(0, value));
        }
      }
      sink.accept(t, features);
    }
  }

  /** A stationary first-order autoregression with unit variance. */
  private static final class Drift {
    private final FootageRandom random;
    private final double memory;
    private double value;

    Drift(FootageRandom random, double memory) {
      this.random = random;
      this.memory = memory;
      this.value = random.gaussian();
    }

    double next() {
      double current = value;
      value = memory * value + StrictMath.sqrt(1 - memory * memory) * random.gaussian();
      return current;
    }
  }

  private int count(String split) {
    return switch (split) {
      case TRAIN -> size.trainVideos();
      case TEST -> size.testVideos();
      default -> throw new IllegalArgumentException("No split " + split + ": train or test");
    };
  }

  private int segments(String split, int index, double lengthAt) {
    if (split.equals(TRAIN) && !training.lengths().isEmpty()) {
      return training.lengths().get(index % training.lengths().size());
    }
    if (split.equals(TRAIN) && index % VIDEOS_PER_OUTLIER == outlierPosition()) {
      return OUTLIER_LENGTH;
    }
    return (int) (SHORTEST * StrictMath.pow((LONGEST + 1.0) / SHORTEST, lengthAt));
  }

  private int outlierPosition() {
    return FootageRandom.of(seed, "outlier", 0)
        .below(Math.min(VIDEOS_PER_OUTLIER, size.trainVideos()));
  }

  /** One or two events that together take 15–40 % of the video, at least 40 frames each. */
  private static List<FrameRange> events(FootageRandom random, int segments, long frames) {
    int count = random.uniform() < TWO_EVENTS && segments >= TWO_EVENTS_FROM_SEGMENTS ? 2 : 1;
    double share = random.uniform(0.15, 0.4);
    // A given length may be shorter than the shortest event.
    long length =
        Math.min(frames, Math.max(SHORTEST_EVENT_FRAMES, (long) (frames * share / count)));
    List<FrameRange> ranges = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      long from = frames * k / count;
      long slack = frames * (k + 1) / count - from - length;
      long start = from + (long) (slack * random.uniform());
      ranges.add(new FrameRange(start, start + length));
    }
    return ranges;
  }

  /**
   * A unit vector with weights in [0.5, 1) before scaling, on channels picked from the given ones.
   */
  private double[] direction(FootageRandom random, int[] among, double share) {
    double[] vector = new double[size.dim()];
    int[] order = shuffled(random, among.length);
    int channels = (int) (share * size.dim());
    for (int i = 0; i < channels; i++) {
      vector[among[order[i]]] = random.uniform(0.5, 1.0);
    }
    return normalised(vector);
  }

  private static int[] shuffled(FootageRandom random, int length) {
    int[] order = IntStream.range(0, length).toArray();
    for (int i = length - 1; i > 0; i--) {
      int j = random.below(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  private static double[] blend(double[] common, double[] own) {
    double[] sum = new double[common.length];
    for (int d = 0; d < sum.length; d++) {
      sum[d] = common[d] + OWN * own[d];
    }
    return normalised(sum);
  }

  private static double[] normalised(double[] vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    double norm = StrictMath.sqrt(squares);
    for (int d = 0; d < vector.length; d++) {
      vector[d] /= norm;
    }
    return vector;
  }

  private static double between(double from, double to, double at) {
    return from + (to - from) * at;
  }

  private static double wrap(double value) {
    return value - StrictMath.floor(value);
  }

  private static double fraction(int prime) {
    return wrap(StrictMath.sqrt(prime));
  }
}
