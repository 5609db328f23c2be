package org.c2fpl.bench.measure;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.c2fpl.method.statistics.SegmentNorm;

/**
 * The yardstick of {@code stats}: two threads compute the same norms and read the column with
 * Parquet's own reader. It writes nothing and sums up no videos.
 */
final class ParquetNorms {
  private static final int THREADS = 2;
  private static final String COLUMN = "features";

  private final Configuration hadoop = new Configuration();
  private final int crops;
  private final int dim;

  private ParquetNorms(int crops, int dim) {
    this.crops = crops;
    this.dim = dim;
  }

  /** {@code parquet-norms <segments leaf> <warm-up leaf> <crops> <dim>}. */
  static void measure(String[] arguments) throws Exception {
    ParquetNorms norms =
        new ParquetNorms(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    List<Path> warmUp = files(Path.of(arguments[1]));
    for (int i = 0; i < 5; i++) {
      norms.read(warmUp);
    }
    List<Path> files = files(Path.of(arguments[0]));
    long start = System.nanoTime();
    List<double[]> values = norms.read(files);
    double seconds = (System.nanoTime() - start) / 1e9;
    long rows = values.stream().mapToLong(group -> group.length).sum();
    double bytes = (double) rows * norms.crops * norms.dim * Float.BYTES;
    Measurement.of("stats")
        .with("seconds", seconds)
        .with("rows", rows)
        .with("bytes", bytes)
        .with("mb_per_second", bytes / 1e6 / seconds)
        .with("checksum", values.stream().flatMapToDouble(java.util.Arrays::stream).sum())
        .print();
  }

  static List<Path> files(Path leaf) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(leaf, "*.parquet")) {
      found.forEach(files::add);
    }
    files.sort(null);
    return files;
  }

  /** The norms, one array per row group. */
  private List<double[]> read(List<Path> files) throws Exception {
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<double[]> all = new ArrayList<>();
    try {
      List<Future<List<double[]>>> parts = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        parts.add(
            threads.submit(
                () -> {
                  List<double[]> mine = new ArrayList<>();
                  for (int f = next.getAndIncrement();
                      f < files.size();
                      f = next.getAndIncrement()) {
                    read(files.get(f), mine);
                  }
                  return mine;
                }));
      }
      for (Future<List<double[]>> part : parts) {
        all.addAll(part.get());
      }
    } finally {
      threads.shutdown();
    }
    return all;
  }

  private void read(Path file, List<double[]> norms) throws IOException {
    HadoopInputFile input =
        HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file.toUri()), hadoop);
    try (ParquetFileReader reader = ParquetFileReader.open(input)) {
      MessageType whole = reader.getFileMetaData().getSchema();
      MessageType schema = new MessageType(whole.getName(), whole.getType(COLUMN));
      reader.setRequestedSchema(schema);
      String createdBy = reader.getFileMetaData().getCreatedBy();
      ColumnDescriptor column = schema.getColumns().get(0);
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        ColumnReader values =
            new ColumnReadStoreImpl(
                    group, new GroupRecordConverter(schema).getRootConverter(), schema, createdBy)
                .getColumnReader(column);
        double[] some = new double[Math.toIntExact(group.getRowCount())];
        for (int row = 0; row < some.length; row++) {
          some[row] = SegmentNorm.meanNorm(values.getBinary().getBytesUnsafe(), crops, dim);
          values.consume();
        }
        norms.add(some);
      }
    }
  }
}
