package org.c2fpl.formats.annotations;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the videos of the workspace that an annotation file may mean, by any of their names. */
public final class VideoResolver {

  /**
   * The meaning of a name.
   *
   * @param video the ingested video; null if there is none or more than one
   * @param problem why there is no video; empty if there is one
   * @param unknown whether nothing in the split has that name
   */
  record Resolution(@Nullable IngestedVideo video, String problem, boolean unknown) {}

  private final Map<String, List<IngestedVideo>> byKey = new HashMap<>();

  public VideoResolver(List<IngestedVideo> videos) {
    for (IngestedVideo video : videos) {
      byKey.computeIfAbsent(VideoNames.key(video.videoId()), any -> new ArrayList<>()).add(video);
    }
  }

  /** The video with exactly that name, else the only one that differs only in its suffixes. */
  Resolution resolve(String name, String split) {
    List<IngestedVideo> sameKey = byKey.getOrDefault(VideoNames.key(name), List.of());
    List<IngestedVideo> candidates =
        sameKey.stream().filter(video -> video.split().equals(split)).toList();
    for (IngestedVideo candidate : candidates) {
      if (candidate.videoId().equals(name)) {
        return new Resolution(candidate, "", false);
      }
    }
    if (candidates.size() == 1) {
      return new Resolution(candidates.get(0), "", false);
    }
    if (candidates.isEmpty()) {
      TreeSet<String> otherSplits = new TreeSet<>();
      sameKey.forEach(video -> otherSplits.add(video.split()));
      return new Resolution(
          null,
          "video '"
              + Problems.printable(name)
              + "' was not ingested in split "
              + split
              + (otherSplits.isEmpty() ? "" : " (but in " + String.join(", ", otherSplits) + ")"),
          true);
    }
    TreeSet<String> ids = new TreeSet<>();
    candidates.forEach(video -> ids.add(video.videoId()));
    return new Resolution(
        null,
        "video '"
            + Problems.printable(name)
            + "' may be any of "
            + String.join(", ", ids)
            + "; write the ingested id",
        false);
  }
}
