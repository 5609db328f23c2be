package org.c2fpl.detector;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.c2fpl.workspace.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of a training in a folder of any Hadoop file system; the last two are kept. */
final class CheckpointFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
  private static final Pattern NAME = Pattern.compile("epoch-([0-9]{1,9})\\.checkpoint");
  private static final int KEPT = 2;

  private final FileSystem fs;
  private final Path folder;

  CheckpointFolder(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /** Writes a checkpoint to a temporary file, renames it, and deletes all but the last two. */
  void write(Checkpoint checkpoint) {
    int epoch = checkpoint.state().epoch();
    Path target = new Path(folder, String.format("epoch-%06d.checkpoint", epoch));
    Path temporary = new Path(folder, "_" + target.getName() + ".tmp");
    try {
      fs.mkdirs(folder);
      WholeFile.write(fs, temporary, checkpoint.toBytes());
      // Only a remnant of another training can exist: this training has just finished the epoch.
      fs.delete(target, false);
      if (!fs.rename(temporary, target)) {
        throw new IOException("cannot rename " + temporary + " to " + target);
      }
      List<Path> all = newestFirst();
      for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
        fs.delete(old, false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest complete checkpoint of this training, with at most the wanted epochs. */
  Optional<Checkpoint> newest(byte[] identity, int epochs) {
    try {
      for (Path file : newestFirst()) {
        try (InputStream in = fs.open(file)) {
          Checkpoint checkpoint = Checkpoint.fromBytes(in.readAllBytes());
          if (Arrays.equals(checkpoint.identity(), identity)
              && checkpoint.state().epoch() <= epochs) {
            return Optional.of(checkpoint);
          }
        } catch (IOException e) {
          LOG.warn("checkpoint {} is skipped: {}", file, e.getMessage());
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes all checkpoints. */
  void clear() {
    try {
      fs.delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> newestFirst() throws IOException {
    List<Path> found = new ArrayList<>();
    try {
      for (FileStatus status : fs.listStatus(folder)) {
        if (NAME.matcher(status.getPath().getName()).matches()) {
          found.add(status.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return found;
    }
    found.sort(Comparator.comparingInt(CheckpointFolder::epoch).reversed());
    return found;
  }

  private static int epoch(Path file) {
    Matcher matcher = NAME.matcher(file.getName());
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }
}
