package org.c2fpl.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Parquet files of segments like those of users, written without Spark, intact or damaged. */
public final class ParquetTables {
  public static final String SCHEMA =
      "message table { optional binary video_id (STRING); optional int64 segment_index;"
          + " optional group features (LIST) { repeated group list { optional float element; } } }";

  private ParquetTables() {}

  /** How a file is written. */
  public record Layout(
      CompressionCodecName codec,
      WriterVersion version,
      boolean dictionary,
      boolean checksums,
      boolean split,
      boolean encrypted) {
    public static Layout of(CompressionCodecName codec) {
      return new Layout(codec, WriterVersion.PARQUET_1_0, false, true, false, false);
    }

    public Layout withDictionary() {
      return new Layout(codec, version, true, checksums, split, encrypted);
    }

    public Layout ofVersion2() {
      return new Layout(codec, WriterVersion.PARQUET_2_0, dictionary, checksums, split, encrypted);
    }

    /** Whether all pages have a checksum; those of version 2 have none, but dictionaries do. */
    public boolean checked() {
      return checksums && (dictionary || version == WriterVersion.PARQUET_1_0);
    }
  }

  /** Writes videos of {@code segments} segments with 4 values each. */
  public static void write(Path file, Layout layout, int segments, String... videos)
      throws IOException {
    write(
        file,
        layout,
        SCHEMA,
        (group, row) -> {
          int segment = row % segments;
          group.append("video_id", videos[row / segments]);
          group.append("segment_index", (long) segment);
          Group list = group.addGroup("features");
          for (int i = 0; i < 4; i++) {
            list.addGroup("list").append("element", value(segment, i));
          }
        },
        segments * videos.length);
  }

  /** A value that compresses well in some places and badly in others. */
  public static float value(int segment, int dimension) {
    return dimension == 0 ? 1f : 1f / (1 + segment * 31 + dimension);
  }

  /** Fills the row of a number. */
  @FunctionalInterface
  public interface Rows {
    void fill(Group row, int number);
  }

  /** Writes a file of any schema. */
  public static void write(Path file, Layout layout, String schema, Rows rows, int count)
      throws IOException {
    MessageType type = MessageTypeParser.parseMessageType(schema);
    Files.createDirectories(file.getParent());
    Path plain = file.getParent().resolve("written-first");
    ExampleParquetWriter.Builder builder =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(plain.toUri()))
            .withType(type)
            .withConf(new Configuration())
            .withCompressionCodec(layout.codec())
            .withWriterVersion(layout.version())
            .withDictionaryEncoding(layout.dictionary())
            .withByteStreamSplitEncoding(layout.split())
            .withPageWriteChecksumEnabled(layout.checksums());
    if (layout.encrypted()) {
      builder =
          builder.withEncryption(
              FileEncryptionProperties.builder("0123456789abcdef".getBytes(StandardCharsets.UTF_8))
                  .build());
    }
    try (ParquetWriter<Group> writer = builder.build()) {
      for (int i = 0; i < count; i++) {
        Group row = new SimpleGroup(type);
        rows.fill(row, i);
        writer.write(row);
      }
    }
    Files.delete(file.getParent().resolve(".written-first.crc"));
    Files.move(plain, file);
  }

  /** The first page of a column, or its dictionary. */
  public static long firstPage(Path file, String column) throws IOException {
    for (ColumnChunkMetaData chunk : chunks(file)) {
      if (chunk.getPath().toDotString().startsWith(column)) {
        return chunk.getStartingPos();
      }
    }
    throw new IllegalArgumentException(column);
  }

  private static List<ColumnChunkMetaData> chunks(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
      return reader.getFooter().getBlocks().get(0).getColumns();
    }
  }

  /** Changes the header of a column's first page; the new one has to be as long. */
  public static void changeHeader(Path file, String column, Consumer<PageHeader> change)
      throws IOException {
    int at = (int) firstPage(file, column);
    byte[] bytes = Files.readAllBytes(file);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes, at, bytes.length - at);
    int before = in.available();
    PageHeader header = Util.readPageHeader(in);
    int length = before - in.available();
    change.accept(header);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Util.writePageHeader(header, out);
    if (out.size() != length) {
      throw new IllegalArgumentException("the header had " + length + " bytes, now " + out.size());
    }
    System.arraycopy(out.toByteArray(), 0, bytes, at, length);
    Files.write(file, bytes);
  }

  /** Flips a bit of a byte after the header of a column's first page. */
  public static void flip(Path file, String column, int place) throws IOException {
    int at = (int) firstPage(file, column);
    byte[] bytes = Files.readAllBytes(file);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes, at, bytes.length - at);
    int before = in.available();
    Util.readPageHeader(in);
    bytes[at + before - in.available() + place] ^= 16;
    Files.write(file, bytes);
  }

  /** Reads a file to its end with Parquet's own reader; returns the number of rows. */
  public static int rows(org.apache.hadoop.fs.Path file, Configuration hadoop) throws IOException {
    int rows = 0;
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), file).withConf(hadoop).build()) {
      while (reader.read() != null) {
        rows++;
      }
    }
    return rows;
  }
}
