package org.c2fpl.method.exact;

import java.nio.charset.StandardCharsets;

/**
 * The hash for all random choices.
 *
 * <p>Numbers are chained by {@code h ← mix((h xor v) + γ)}, where mix is the finaliser of
 * SplitMix64 and γ = 0x9e3779b97f4a7c15; a text enters as the 64-bit FNV-1a hash of its UTF-8
 * bytes.
 */
public final class SeededHash {
  public static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private SeededHash() {}

  /**
   * A video's key in a draw; the videos sorted by key (then id) are in random order.
   *
   * @param draw names the draw, so that two draws of one seed share nothing
   */
  public static long ofVideo(long seed, String draw, String videoId) {
    return chain(chain(chain(0, seed), fnv1a(draw)), fnv1a(videoId));
  }

  public static long chain(long hash, long value) {
    long z = (hash ^ value) + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  public static long fnv1a(String text) {
    long hash = FNV_OFFSET;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
