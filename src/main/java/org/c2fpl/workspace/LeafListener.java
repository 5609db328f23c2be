package org.c2fpl.workspace;

/** Called with what becomes of leaves. */
public interface LeafListener {
  /** It is there, just written or up to date. */
  void present(Leaf leaf, long rows);

  /**
   * It is made again because an earlier version of this program made it in another way, whatever
   * else has changed.
   *
   * @param made the algorithm that made it
   * @param now that of this version
   */
  void outdated(Leaf leaf, int made, int now);

  /** Does nothing. */
  LeafListener NONE =
      new LeafListener() {
        @Override
        public void present(Leaf leaf, long rows) {
          // Silent on purpose.
        }

        @Override
        public void outdated(Leaf leaf, int made, int now) {
          // Silent on purpose.
        }
      };
}
