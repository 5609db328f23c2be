package org.c2fpl.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.c2fpl.errors.DataException;

/**
 * The forgotten videos of a workspace, only as salted SHA-256: enough to recognise a video that
 * comes again, but not a list of names. Anyone with the file can still test a guessed name.
 */
public final class ForgottenVideos {
  /** Next to the tables; missing if nothing was forgotten. */
  public static final String FILE = "_forgotten.json";

  private static final int FORMAT_VERSION = 1;
  private static final int SALT = 16;

  private static final Pattern HEX = Pattern.compile("(?:[0-9a-f]{2}){16,32}");

  private final byte[] salt;
  private final SortedSet<String> hashes;

  private ForgottenVideos(byte[] salt, SortedSet<String> hashes) {
    this.salt = salt;
    this.hashes = hashes;
  }

  /** The forgotten videos of a workspace. */
  public static ForgottenVideos of(Workspace workspace) {
    Optional<JsonNode> json = workspace.readJson(workspace.path(FILE));
    if (json.isEmpty()) {
      byte[] salt = new byte[SALT];
      new SecureRandom().nextBytes(salt);
      return new ForgottenVideos(salt, new TreeSet<>());
    }
    JsonNode videos = json.get().path("videos");
    String salt = json.get().path("salt").asText();
    SortedSet<String> hashes = new TreeSet<>();
    videos.forEach(hash -> hashes.add(hash.asText()));
    // Without its hashes, forgotten videos would be ingested again.
    if (json.get().path("format_version").asInt() != FORMAT_VERSION
        || !HEX.matcher(salt).matches()
        || !videos.isArray()
        || !hashes.stream().allMatch(hash -> HEX.matcher(hash).matches())) {
      throw new DataException(
          "Cannot read "
              + workspace.path(FILE)
              + ": it is not of format_version "
              + FORMAT_VERSION
              + " with a salt and hashes. Use the program's version that wrote it, or restore the"
              + " file.");
    }
    return new ForgottenVideos(HexFormat.of().parseHex(salt), hashes);
  }

  /** Whether a video of this id was forgotten. */
  public boolean contains(String videoId) {
    return !hashes.isEmpty() && hashes.contains(hash(videoId));
  }

  /** The salted hash of an id. */
  public String hash(String videoId) {
    MessageDigest digest = Fingerprints.digest();
    digest.update(salt);
    return Fingerprints.hex(digest.digest(videoId.getBytes(StandardCharsets.UTF_8)));
  }

  /** These videos and more. */
  public ForgottenVideos with(Collection<String> videoIds) {
    SortedSet<String> all = new TreeSet<>(hashes);
    videoIds.forEach(id -> all.add(hash(id)));
    return new ForgottenVideos(salt, all);
  }

  /** These videos without some that are ingested again. */
  public ForgottenVideos without(Collection<String> videoIds) {
    SortedSet<String> rest = new TreeSet<>(hashes);
    videoIds.forEach(id -> rest.remove(hash(id)));
    return new ForgottenVideos(salt, rest);
  }

  /** The content of {@link #FILE}. */
  public byte[] toJson() {
    ObjectNode json = Json.object();
    json.put("format_version", FORMAT_VERSION);
    json.put("salt", HexFormat.of().formatHex(salt));
    ArrayNode videos = json.putArray("videos");
    hashes.forEach(videos::add);
    try {
      return Json.MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
