package org.c2fpl.demo;

/**
 * A SplitMix64 generator with named streams. It uses integer arithmetic and {@link StrictMath}
 * only, so that a seed gives the same bits on every machine and Java release, which the platform's
 * own generators do not all promise.
 */
final class FootageRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT_53 = 0x1.0p-53;

  /** Mean of the sum of four 16-bit uniform integers. */
  private static final double NOISE_MEAN = 2.0 * 0xFFFF;

  /** One over the standard deviation of that sum: {@code sqrt(4 (2^32 - 1) / 12)}. */
  private static final double NOISE_SCALE = 1.0 / StrictMath.sqrt((0x1.0p32 - 1.0) / 3.0);

  private long state;

  private FootageRandom(long state) {
    this.state = state;
  }

  /** A generator that depends only on the seed, the name of the stream and its index. */
  static FootageRandom of(long seed, String stream, long index) {
    long key = mix(seed + GOLDEN_GAMMA);
    for (int i = 0; i < stream.length(); i++) {
      key = mix(key + GOLDEN_GAMMA * (stream.charAt(i) + 1L));
    }
    return new FootageRandom(mix(key + GOLDEN_GAMMA * (index + 1)));
  }

  long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (nextLong() >>> 11) * UNIT_53;
  }

  /** Uniform in [from, to). */
  double uniform(double from, double to) {
    return from + (to - from) * uniform();
  }

  /** Uniform in 0 … bound - 1; the bias of {@code floor(u * bound)} is below 2^-53 * bound. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /** Standard normal (Box–Muller, the cosine half). */
  double gaussian() {
    double radius = StrictMath.sqrt(-2.0 * StrictMath.log(1.0 - uniform()));
    return radius * StrictMath.cos(2.0 * StrictMath.PI * uniform());
  }

  /**
   * Zero mean, unit variance, nearly normal up to its bound of 3.5: the sum of four 16-bit uniforms
   * from one 64-bit draw. It must be cheap, because every feature value needs one.
   */
  double noise() {
    long bits = nextLong();
    long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
    return (sum - NOISE_MEAN) * NOISE_SCALE;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
