package org.c2fpl.detector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Workspace;

/**
 * Reads and writes the files of models as {@link ModelStore} promises: files are bounded in size,
 * checked, and refused with the reason.
 */
final class ModelFiles {
  private static final String CHECKSUM = "its checksum is wrong";
  private static final int MAX_JSON = 16 << 20;

  private final Workspace workspace;

  ModelFiles(Workspace workspace) {
    this.workspace = workspace;
  }

  /** A JSON file of bounded size as plain nodes; empty if it does not exist. */
  Optional<JsonNode> json(Path file) {
    try {
      long length = workspace.fileSystem().getFileStatus(file).getLen();
      if (length > MAX_JSON) {
        throw refused(file, "it has " + length + " bytes");
      }
      try (InputStream in = workspace.fileSystem().open(file)) {
        byte[] bytes = in.readNBytes(MAX_JSON);
        return Optional.of(
            Json.MAPPER
                .reader()
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .readTree(bytes));
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw refused(file, "it is not JSON (" + e.getOriginalMessage() + ")");
    } catch (ChecksumException e) {
      throw refused(file, CHECKSUM);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes values after a magic number. */
  void write(Path file, long magic, byte[] values) {
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES + values.length).putLong(magic).put(values).array();
    workspace.writeAtomically(file, bytes);
  }

  /**
   * The values of a number file.
   *
   * @param length bytes that it must have after the magic number
   * @param sha256 of these
   */
  byte[] read(Path file, long magic, long length, String sha256) {
    try {
      long found = workspace.fileSystem().getFileStatus(file).getLen();
      if (found != Long.BYTES + length || length > Integer.MAX_VALUE - 64) {
        throw refused(
            file, "it has " + found + " bytes where " + (Long.BYTES + length) + " belong");
      }
      byte[] bytes;
      try (InputStream in = workspace.fileSystem().open(file)) {
        byte[] start = in.readNBytes(Long.BYTES);
        if (start.length < Long.BYTES || ByteBuffer.wrap(start).getLong() != magic) {
          throw refused(file, "it does not start as this program's " + file.getName() + " do");
        }
        bytes = in.readNBytes((int) length);
      }
      if (bytes.length != length || !Fingerprints.sha256(bytes).equals(sha256)) {
        throw refused(file, "its SHA-256 is not that in detector.json");
      }
      return bytes;
    } catch (FileNotFoundException e) {
      throw refused(file, "it is not there");
    } catch (ChecksumException e) {
      throw refused(file, CHECKSUM);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value of a file; refuses the file if its fields are invalid. */
  static <T> T checked(Path file, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw refused(file, e.getMessage());
    }
  }

  static DataException refused(Path file, String found) {
    return new DataException(
        "Cannot load model file "
            + file
            + ": "
            + found
            + ". Train again with 'c2fpl train --write-mode overwrite', or restore the file.");
  }

  /** The content of a file in a known format; errors name the field. */
  static <T> T content(Class<T> type, Path file, JsonNode json, int oldest, int newest) {
    refuseTypeNames(file, json);
    requireFormat(file, json.path("format_version").asInt(newest), oldest, newest);
    try {
      return Json.MAPPER.treeToValue(json, type);
    } catch (UnrecognizedPropertyException e) {
      throw refused(file, "it has an unknown field " + brief(e.getPropertyName()));
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof IllegalArgumentException found) {
        throw refused(file, found.getMessage());
      }
      JsonNode value = json;
      String name = "JSON";
      for (JsonMappingException.Reference each : e.getPath()) {
        boolean listed = each.getFieldName() == null;
        name = listed ? name + "[" + each.getIndex() + "]" : each.getFieldName();
        value = listed ? value.path(each.getIndex()) : value.path(name);
      }
      throw refused(
          file,
          value.isMissingNode() ? "it has no " + name : "its " + name + " is " + brief(value));
    } catch (JsonProcessingException e) {
      throw refused(file, e.getOriginalMessage());
    }
  }

  /** Nothing here is polymorphic, so a type name may be an attack. */
  private static void refuseTypeNames(Path file, JsonNode node) {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (name.startsWith("@")) {
                throw refused(file, "it has a field " + brief(name));
              }
            });
    node.forEach(each -> refuseTypeNames(file, each));
  }

  private static void requireFormat(Path file, int version, int oldest, int newest) {
    if (version >= oldest && version <= newest) {
      return;
    }
    throw new DataException(
        "Cannot load model file "
            + file
            + ": it has format_version "
            + version
            + (version > newest
                ? " and this program reads up to "
                    + newest
                    + ". Use the program's version that wrote it, or a newer one."
                : ", from before version "
                    + oldest
                    + " of the format. Train again with 'c2fpl train --write-mode overwrite', or"
                    + " use the program's version that wrote it."));
  }

  static String brief(Object value) {
    String text = String.valueOf(value);
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
