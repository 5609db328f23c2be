package org.c2fpl.workspace;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData.EncryptionType;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.FileFaults;
import org.c2fpl.errors.LostInfrastructure;
import org.jspecify.annotations.Nullable;

/**
 * Checks the metadata of a Parquet file before anything in it is decoded: its footer, the positions
 * of its columns, and the header of every page. Parquet's and Spark's readers trust these. They
 * allocate any size that a page claims, and wait for ever for the bytes of a Snappy or LZ4 page
 * with fewer bytes than it claims.
 *
 * <p>It reads the headers of pages, and LZ4 pages completely. Memory: the footer. A page may have
 * {@link #LARGEST_PAGE} at most.
 */
public final class ParquetCheck {
  /** The most bytes of a page before compression. */
  static final int LARGEST_PAGE = 512 << 20;

  private static final int MAGIC = 4;

  /** After the footer: its length and the magic. */
  private static final int TAIL = Integer.BYTES + MAGIC;

  /** Bytes that are read ahead for a page's header. */
  private static final int AHEAD = 512;

  private final FileStatus file;
  private final Configuration hadoop;
  private final String name;
  private final String whatToDo;

  private ParquetCheck(FileStatus file, Configuration hadoop, String name, String whatToDo) {
    this.file = file;
    this.hadoop = hadoop;
    this.name = name;
    this.whatToDo = whatToDo;
  }

  /**
   * Checks a file.
   *
   * @param columns the top-level columns that will be read; pages of others are not checked
   * @param name of the file in messages
   * @param whatToDo with a damaged file, without a full stop
   * @return the columns of the file
   * @throws DataException if it cannot be read, with the reason
   */
  public static MessageType check(
      FileStatus file, Set<String> columns, Configuration hadoop, String name, String whatToDo) {
    return new ParquetCheck(file, hadoop, name, whatToDo).check(columns);
  }

  /** Whether a file starts like a Parquet file. */
  public static boolean begins(FileStatus file, Configuration hadoop) {
    if (file.getLen() < MAGIC) {
      return false;
    }
    try (FSDataInputStream in = file.getPath().getFileSystem(hadoop).open(file.getPath())) {
      String magic = magic(in);
      return magic.equals("PAR1") || magic.equals("PARE");
    } catch (IOException e) {
      throw FileFaults.explain(e).orElseThrow(() -> new UncheckedIOException(e));
    }
  }

  private MessageType check(Set<String> columns) {
    if (file.getLen() == 0) {
      throw refused("it is empty", whatToDo);
    }
    Path path = file.getPath();
    try (FSDataInputStream in = path.getFileSystem(hadoop).open(path)) {
      long footer = footer(in);
      ParquetMetadata metadata = metadata();
      MessageType schema = metadata.getFileMetaData().getSchema();
      // Only this cluster has the keys of its pages.
      if (metadata.getFileMetaData().getEncryptionType() == EncryptionType.UNENCRYPTED) {
        for (BlockMetaData rows : metadata.getBlocks()) {
          check(in, rows, schema, columns, footer);
        }
      }
      return schema;
    } catch (DataException e) {
      throw e;
    } catch (ParquetCryptoRuntimeException e) {
      throw new DataException(
          message("it is encrypted (" + FileFaults.reason(e) + ")", "Give a copy that is not"), e);
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      // Parquet throws arbitrary exceptions for wrong bytes.
      if (LostInfrastructure.among(e).isPresent()) {
        throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
      }
      throw FileFaults.explain(e).orElseGet(() -> damaged(e));
    }
  }

  private DataException damaged(Throwable e) {
    String found = e instanceof EOFException ? "it ends too early" : FileFaults.reason(e);
    return new DataException(message("it is damaged (" + found + ")", whatToDo), e);
  }

  /** The start of the footer. */
  private long footer(FSDataInputStream in) throws IOException {
    long length = file.getLen();
    if (length < MAGIC + TAIL || !magic(in).startsWith("PAR")) {
      throw refused("it is not a Parquet file", whatToDo);
    }
    in.seek(length - TAIL);
    long footer = Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
    String magic = magic(in);
    if (!magic.equals("PAR1") && !magic.equals("PARE")) {
      throw refused("it does not end like a Parquet file; it was probably cut off", whatToDo);
    }
    if (footer > length - TAIL - MAGIC) {
      throw damaged("its footer of " + footer + " bytes is longer than the file");
    }
    return length - TAIL - footer;
  }

  private static String magic(FSDataInputStream in) throws IOException {
    byte[] magic = new byte[MAGIC];
    in.readFully(magic);
    return new String(magic, StandardCharsets.ISO_8859_1);
  }

  private ParquetMetadata metadata() throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromStatus(file, hadoop),
            HadoopReadOptions.builder(hadoop, file.getPath()).build())) {
      return reader.getFooter();
    }
  }

  private void check(
      FSDataInputStream in,
      BlockMetaData rows,
      MessageType schema,
      Set<String> columns,
      long footer)
      throws IOException {
    if (rows.getRowCount() < 0 || rows.getRowCount() > Integer.MAX_VALUE) {
      throw damaged("a row group claims " + rows.getRowCount() + " rows");
    }
    Set<ColumnPath> missing = new HashSet<>();
    for (ColumnDescriptor column : schema.getColumns()) {
      if (columns.contains(column.getPath()[0])) {
        missing.add(ColumnPath.get(column.getPath()));
      }
    }
    for (ColumnChunkMetaData chunk : rows.getColumns()) {
      if (missing.remove(chunk.getPath())) {
        boolean repeated =
            schema.getColumnDescription(chunk.getPath().toArray()).getMaxRepetitionLevel() > 0;
        long values = chunk.getValueCount();
        if (values < rows.getRowCount() || (!repeated && values > rows.getRowCount())) {
          throw damaged(
              "column "
                  + chunk.getPath().toDotString()
                  + " has "
                  + values
                  + " values in "
                  + rows.getRowCount()
                  + " rows");
        }
        new Chunk(chunk, in, footer).check();
      }
    }
    if (!missing.isEmpty()) {
      throw damaged("a row group lacks column " + missing.iterator().next().toDotString());
    }
  }

  private DataException damaged(String found) {
    return refused("it is damaged (" + found + ")", whatToDo);
  }

  private DataException refused(String found, String advice) {
    return new DataException(message(found, advice));
  }

  private String message(String found, String advice) {
    return "Cannot read " + name + ": " + found + ". " + advice + ".";
  }

  /** A column of a row group. */
  private final class Chunk {
    private final ColumnChunkMetaData chunk;
    private final String column;
    private final FSDataInputStream in;
    private final long footer;

    Chunk(ColumnChunkMetaData chunk, FSDataInputStream in, long footer) {
      this.chunk = chunk;
      this.column = "column " + chunk.getPath().toDotString();
      this.in = in;
      this.footer = footer;
    }

    void check() throws IOException {
      requireReadable();
      long at = chunk.getStartingPos();
      long end = at + chunk.getTotalSize();
      // Without values, writers store arbitrary offsets.
      if (chunk.getValueCount() > 0 && (at < MAGIC || end < at || end > footer)) {
        throw damaged(column + " extends from byte " + at + " to " + end);
      }
      long values = 0;
      while (at < end && values < chunk.getValueCount()) {
        in.seek(at);
        // A page header is some dozens of bytes, which Thrift asks for one by one.
        DataInputStream page = new DataInputStream(new BufferedInputStream(in, AHEAD));
        Counted counted = new Counted(page, end - at);
        PageHeader header = Util.readPageHeader(counted);
        int size = header.getCompressed_page_size();
        if (size < 0 || size > counted.left) {
          throw damaged(at, "it claims " + size + " bytes and " + counted.left + " are left");
        }
        values += check(header, at, page);
        at = end - counted.left + size;
      }
      if (values != chunk.getValueCount()) {
        throw damaged(column + " has " + values + " values and claims " + chunk.getValueCount());
      }
    }

    private void requireReadable() {
      CompressionCodecName codec = chunk.getCodec();
      String codecClass = codec.getHadoopCompressionCodecClassName();
      if (codecClass != null && hadoop.getClassByNameOrNull(codecClass) == null) {
        throw refused(
            column + " is compressed with " + codec + ", which Spark does not know here",
            "Write it again with zstd, gzip or snappy");
      }
      if (chunk.getEncodings().contains(Encoding.BYTE_STREAM_SPLIT)) {
        throw refused(
            column + " has the encoding BYTE_STREAM_SPLIT, which Spark does not read",
            "Write it again without");
      }
    }

    /** Returns the number of values. */
    private int check(PageHeader page, long at, DataInputStream payload) throws IOException {
      int bytes = page.getUncompressed_page_size();
      if (bytes < 0) {
        throw damaged(at, "it claims " + bytes + " bytes");
      }
      if (bytes > LARGEST_PAGE) {
        throw refused(
            "the page at byte "
                + at
                + " of "
                + column
                + " claims "
                + bytes
                + " bytes, and more than "
                + (LARGEST_PAGE >> 20)
                + " MiB are not read at once",
            "Write it again with smaller pages, or fewer rows per row group");
      }
      int levels = 0;
      int values = 0;
      boolean compressed = true;
      switch (page.getType()) {
        case DICTIONARY_PAGE -> {
          require(page.getDictionary_page_header(), at);
          if (page.getDictionary_page_header().getNum_values() < 0) {
            throw damaged(at, "it claims a negative number of values");
          }
        }
        case DATA_PAGE -> {
          require(page.getData_page_header(), at);
          values = page.getData_page_header().getNum_values();
        }
        case DATA_PAGE_V2 -> {
          DataPageHeaderV2 header = page.getData_page_header_v2();
          require(header, at);
          values = header.getNum_values();
          compressed = header.isIs_compressed();
          int repetition = header.getRepetition_levels_byte_length();
          int definition = header.getDefinition_levels_byte_length();
          levels = repetition + definition;
          if (repetition < 0
              || definition < 0
              || levels < 0
              || levels > page.getCompressed_page_size()
              || levels > bytes) {
            throw damaged(at, "it claims levels of " + repetition + " and " + definition);
          }
        }
        default -> {
          return 0;
        }
      }
      if (values < 0) {
        throw damaged(at, "it claims " + values + " values");
      }
      if (compressed) {
        payload.skipNBytes(levels);
        long held = held(payload, page.getCompressed_page_size() - levels, bytes - levels);
        if (held != bytes - levels) {
          throw damaged(
              at,
              held == CompressedLength.DAMAGED
                  ? "it is no " + chunk.getCodec()
                  : "it claims " + (bytes - levels) + " bytes and holds " + held);
        }
      }
      return values;
    }

    private long held(DataInputStream page, int size, int claimed) throws IOException {
      return switch (chunk.getCodec()) {
        case SNAPPY -> CompressedLength.ofSnappy(page, size);
        case LZ4_RAW -> CompressedLength.ofLz4(page, size);
        case LZ4 -> CompressedLength.ofLz4Frames(page, size);
        default -> claimed;
      };
    }

    private void require(@Nullable Object header, long at) {
      if (header == null) {
        throw damaged(at, "its header is incomplete");
      }
    }

    private DataException damaged(long at, String found) {
      return ParquetCheck.this.damaged("the page at byte " + at + " of " + column + ": " + found);
    }

    private DataException damaged(String found) {
      return ParquetCheck.this.damaged(found);
    }
  }

  /** Reads at most a number of bytes and then ends. */
  private static final class Counted extends InputStream {
    private final InputStream in;
    private long left;

    Counted(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      int next = left > 0 ? in.read() : -1;
      left -= next < 0 ? 0 : 1;
      return next;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int n = left > 0 ? in.read(to, offset, (int) Math.min(length, left)) : -1;
      left -= Math.max(n, 0);
      return n;
    }
  }
}
