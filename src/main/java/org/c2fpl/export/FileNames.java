package org.c2fpl.export;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.c2fpl.workspace.Fingerprints;

/**
 * File names for videos that any file system accepts, all different even without regard to case.
 * Memory: the names.
 *
 * <p>A valid name is kept. In an invalid name, or one already in use, invalid characters are
 * replaced, and a tilde and part of the id's SHA-256 are added; kept names have no tilde.
 */
final class FileNames {
  private static final int MOST = 100;
  private static final int HASH = 16;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
  private static final Pattern DEVICE =
      Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

  private final Set<String> taken = new HashSet<>();

  /** The name for a video, without an extension. */
  String of(String split, String videoId) {
    if (plain(videoId) && taken.add(videoId.toLowerCase(Locale.ROOT))) {
      return videoId;
    }
    String kept = videoId.replaceAll("[^A-Za-z0-9_-]+", "_");
    String hash =
        Fingerprints.sha256((split + "/" + videoId).getBytes(StandardCharsets.UTF_8))
            .substring(0, HASH);
    String name = kept.substring(0, Math.min(kept.length(), MOST)) + "~" + hash;
    taken.add(name.toLowerCase(Locale.ROOT));
    return name;
  }

  private static boolean plain(String id) {
    return id.length() <= MOST
        && PLAIN.matcher(id).matches()
        && !DEVICE.matcher(id.toLowerCase(Locale.ROOT)).matches();
  }
}
