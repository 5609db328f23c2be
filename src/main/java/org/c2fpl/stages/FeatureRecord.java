package org.c2fpl.stages;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.c2fpl.workspace.Table;

/**
 * A segment as Parquet's reader shows it: the features are a view of the page that was read, and
 * the next segment takes this one's place.
 */
final class FeatureRecord {
  private Binary videoId;
  private int segmentIndex;
  private Binary features;

  Binary videoId() {
    return videoId;
  }

  int segmentIndex() {
    return segmentIndex;
  }

  /** A number that follows from the features. */
  double number(SegmentNumber number) {
    ByteBuffer view = features.toByteBuffer();
    if (view.hasArray()) {
      return number.of(view.array(), view.arrayOffset() + view.position(), view.remaining());
    }
    byte[] copy = features.getBytes();
    return number.of(copy, 0, copy.length);
  }

  /** What Parquet's input format reads records by; it is made by its name. */
  public static final class Support extends ReadSupport<FeatureRecord> {
    @Override
    public ReadContext init(InitContext context) {
      MessageType file = context.getFileSchema();
      return new ReadContext(
          new MessageType(
              file.getName(),
              Arrays.stream(Table.SEGMENTS.schema().fieldNames())
                  .map(file::getType)
                  .toArray(Type[]::new)));
    }

    @Override
    public RecordMaterializer<FeatureRecord> prepareForRead(
        Configuration hadoop, Map<String, String> metadata, MessageType file, ReadContext context) {
      return new Materializer();
    }
  }

  private static final class Materializer extends RecordMaterializer<FeatureRecord> {
    private final FeatureRecord record = new FeatureRecord();
    private final Fields fields = new Fields(record);

    @Override
    public FeatureRecord getCurrentRecord() {
      return record;
    }

    @Override
    public GroupConverter getRootConverter() {
      return fields;
    }
  }

  private static final class Fields extends GroupConverter {
    private final Converter[] converters;

    Fields(FeatureRecord record) {
      converters =
          new Converter[] {
            new PrimitiveConverter() {
              @Override
              public void addBinary(Binary value) {
                record.videoId = value;
              }
            },
            new PrimitiveConverter() {
              @Override
              public void addInt(int value) {
                record.segmentIndex = value;
              }
            },
            new PrimitiveConverter() {
              @Override
              public void addBinary(Binary value) {
                record.features = value;
              }
            }
          };
    }

    @Override
    public Converter getConverter(int field) {
      return converters[field];
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
