package org.c2fpl.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads WebVTT by its grammar, and refuses anything outside the grammar of chapters: players are
 * lenient and would hide mistakes.
 */
final class StrictWebVtt {
  record Cue(long start, long end, String text) {}

  private static final String TIME = "(\\d{2,}):([0-5]\\d):([0-5]\\d)\\.(\\d{3})";
  private static final Pattern TIMES = Pattern.compile(TIME + " --> " + TIME);

  /** Text without markup: any ampersand begins a reference that WebVTT has. */
  private static final Pattern TEXT = Pattern.compile("([^&<>\\r\\n]|&(amp|lt|gt|lrm|rlm|nbsp);)+");

  private StrictWebVtt() {}

  static List<Cue> chapters(String file) {
    assertThat(file).startsWith("WEBVTT\n\n").endsWith("\n").doesNotContain("\r", "\0");
    List<Cue> cues = new ArrayList<>();
    String[] blocks = file.substring("WEBVTT\n\n".length()).split("\n\n", -1);
    for (String block : blocks) {
      String[] lines = block.stripTrailing().split("\n", -1);
      if (lines[0].equals("NOTE") || lines[0].startsWith("NOTE ")) {
        assertThat(block).doesNotContain("-->");
        continue;
      }
      assertThat(lines).as(block).hasSize(3);
      assertThat(lines[0]).as("a cue's identifier").matches("[^\\s]+").doesNotContain("-->");
      Matcher times = TIMES.matcher(lines[1]);
      assertThat(times.matches()).as(lines[1]).isTrue();
      assertThat(lines[2]).matches(TEXT).doesNotContain("-->");
      Cue cue = new Cue(millis(times, 1), millis(times, 5), lines[2]);
      assertThat(cue.end()).isGreaterThan(cue.start());
      if (!cues.isEmpty()) {
        assertThat(cue.start()).isGreaterThanOrEqualTo(cues.get(cues.size() - 1).end());
      }
      cues.add(cue);
    }
    return cues;
  }

  private static long millis(Matcher times, int group) {
    return ((Long.parseLong(times.group(group)) * 60 + Long.parseLong(times.group(group + 1))) * 60
                + Long.parseLong(times.group(group + 2)))
            * 1000
        + Long.parseLong(times.group(group + 3));
  }
}
