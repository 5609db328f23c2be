package org.c2fpl.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.FileFaults;

/**
 * The moves and removals of a transaction, as recorded in {@code commit.json} for recovery after a
 * crash. Anyone who can write files can forge it, so it may name only leaves and a fixed list of
 * files and folders inside the workspace.
 *
 * @param come paths of staged items, relative to the workspace
 * @param go paths of removed items, relative to the workspace
 */
record CommitRecord(List<String> come, List<String> go) {
  static final String FILE = "commit.json";

  private static final String REMOVE = "remove";

  /** More than a million leaves. */
  private static final long LARGEST = 256L << 20;

  private static final Pattern BESIDE =
      Pattern.compile(Pattern.quote(ForgottenVideos.FILE) + "|_runs/[^/.][^/]*\\.json");

  /**
   * The last two are remnants of crashed commands, in the workspace and among the records of runs.
   */
  private static final Pattern REMOVED =
      Pattern.compile(
          "experiment/stages|model/versions/detector-[0-9a-f]{12}|_runs/[^/.][^/]*"
              + "|_[^/]+\\.[0-9]{6,}|_doctor-[0-9]+(-renamed)?");

  CommitRecord {
    come.forEach(path -> require(path, isLeaf(path) || BESIDE.matcher(path).matches()));
    go.forEach(path -> require(path, isLeaf(path) || REMOVED.matcher(path).matches()));
  }

  private static boolean isLeaf(String path) {
    return Leaf.parse(path).isPresent();
  }

  private static void require(String path, boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException(
          "it names '" + path + "', which is not one of a workspace's tables");
    }
  }

  byte[] toJson() throws IOException {
    ArrayNode paths = Json.MAPPER.createArrayNode();
    come.forEach(paths::add);
    go.forEach(path -> paths.addObject().put(REMOVE, path));
    return Json.MAPPER.writeValueAsBytes(paths);
  }

  /**
   * Reads the record of a transaction.
   *
   * @throws DataException if it is not in the form that this program writes
   */
  static CommitRecord read(FileSystem fs, Path file) throws IOException {
    long length = fs.getFileStatus(file).getLen();
    if (length > LARGEST) {
      throw refused(file, "it has " + length + " bytes");
    }
    try (InputStream in = fs.open(file)) {
      JsonNode paths = Json.MAPPER.readTree(in);
      List<String> come = new ArrayList<>();
      List<String> go = new ArrayList<>();
      if (!paths.isArray()) {
        throw refused(file, "it is not a list");
      }
      for (JsonNode path : paths) {
        if (path.isTextual()) {
          come.add(path.textValue());
        } else if (path.size() == 1 && path.path(REMOVE).isTextual()) {
          go.add(path.path(REMOVE).textValue());
        } else {
          throw refused(file, "it has an entry that is not a path");
        }
      }
      return new CommitRecord(come, go);
    } catch (IllegalArgumentException e) {
      throw refused(file, FileFaults.reason(e));
    } catch (JsonProcessingException e) {
      throw refused(file, "it is not JSON (" + e.getOriginalMessage() + ")");
    }
  }

  private static DataException refused(Path file, String found) {
    return new DataException(
        "Cannot finish what "
            + file
            + " records: "
            + found
            + ". Nothing was moved. This program does not write such a record: find out who did,"
            + " then delete its folder and give the same command again.");
  }
}
