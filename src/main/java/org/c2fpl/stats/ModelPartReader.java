package org.c2fpl.stats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.method.statistics.ModelPart;

/**
 * Reads {@code statistic_model} on the driver by Parquet's own reader: rows of Spark would box each
 * of the d²/2 numbers of a factor. Memory beyond the parts themselves: a row group, which is one
 * factor, and while the factor grows three times as much.
 */
final class ModelPartReader {
  private ModelPartReader() {}

  /** The rows of a table, in any order. */
  static List<ModelPart> read(Dataset<Row> table) {
    Configuration hadoop = table.sparkSession().sessionState().newHadoopConf();
    List<ModelPart> parts = new ArrayList<>();
    try {
      for (String file : table.inputFiles()) {
        try (ParquetReader<ModelPart> reader =
            ParquetReader.builder(new Support(), new Path(URI.create(file)))
                .withConf(hadoop)
                .build()) {
          for (ModelPart part = reader.read(); part != null; part = reader.read()) {
            parts.add(part);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parts;
  }

  private static final class Support extends ReadSupport<ModelPart> {
    @Override
    public ReadContext init(InitContext context) {
      return new ReadContext(context.getFileSchema());
    }

    @Override
    public RecordMaterializer<ModelPart> prepareForRead(
        Configuration hadoop, Map<String, String> metadata, MessageType file, ReadContext context) {
      Columns columns = new Columns(file);
      return new RecordMaterializer<>() {
        @Override
        public ModelPart getCurrentRecord() {
          return columns.part();
        }

        @Override
        public GroupConverter getRootConverter() {
          return columns;
        }
      };
    }
  }

  private static final class Columns extends GroupConverter {
    private final MessageType file;
    private final Values[] columns;

    Columns(MessageType file) {
      this.file = file;
      this.columns = new Values[file.getFieldCount()];
      Arrays.setAll(columns, any -> new Values());
    }

    ModelPart part() {
      return new ModelPart(
          column("part").text,
          (int) column("number").doubles()[0],
          Arrays.stream(column("weight").doubles()).findFirst().orElse(0),
          column("mean").doubles(),
          column("factor").doubles(),
          Arrays.stream(column("intervals").longs()).mapToInt(Math::toIntExact).toArray(),
          column("counts").longs());
    }

    private Values column(String name) {
      return columns[file.getFieldIndex(name)];
    }

    @Override
    public Converter getConverter(int field) {
      return converter(file.getType(field), columns[field]);
    }

    /** Ignores the groups that Parquet writes around the elements of a list. */
    private static Converter converter(Type type, Values values) {
      if (type.isPrimitive()) {
        return values;
      }
      Converter inner = converter(((GroupType) type).getType(0), values);
      return new GroupConverter() {
        @Override
        public Converter getConverter(int field) {
          return inner;
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
      };
    }

    @Override
    public void start() {
      for (Values column : columns) {
        column.clear();
      }
    }

    @Override
    public void end() {}
  }

  /** The value of a column in one row: a text, or numbers of one kind. */
  private static final class Values extends PrimitiveConverter {
    private static final int FIRST = 16;

    private String text;
    private double[] doubles;
    private long[] longs;
    private int count;

    void clear() {
      text = null;
      doubles = new double[0];
      longs = new long[0];
      count = 0;
    }

    double[] doubles() {
      return longs.length > 0
          ? Arrays.stream(longs(), 0, count).asDoubleStream().toArray()
          : Arrays.copyOf(doubles, count);
    }

    long[] longs() {
      return Arrays.copyOf(longs, count);
    }

    @Override
    public void addBinary(Binary value) {
      text = value.toStringUsingUTF8();
    }

    @Override
    public void addDouble(double value) {
      if (count == doubles.length) {
        doubles = Arrays.copyOf(doubles, grown());
      }
      doubles[count++] = value;
    }

    @Override
    public void addLong(long value) {
      if (count == longs.length) {
        longs = Arrays.copyOf(longs, grown());
      }
      longs[count++] = value;
    }

    @Override
    public void addInt(int value) {
      addLong(value);
    }

    private int grown() {
      return Math.max(FIRST, 2 * count);
    }
  }
}
