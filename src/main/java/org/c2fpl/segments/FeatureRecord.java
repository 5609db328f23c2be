package org.c2fpl.segments;

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
import org.c2fpl.detector.SegmentFeatures;
import org.c2fpl.workspace.Table;

/**
 * A segment as read by Parquet: the features are a view of the current page, and the next segment
 * overwrites this one.
 */
public final class FeatureRecord implements SegmentFeatures {
  private Binary video;
  private int segmentIndex;
  private byte[] bytes;
  private int from;
  private int length;

  /** The last requested video id, since the next segment is usually of the same video. */
  private Binary named;

  private String name;

  /** The id of the video in Parquet's representation. */
  Binary video() {
    return video;
  }

  @Override
  public String videoId() {
    if (!video.equals(named)) {
      // The page with the id may be released before the next segment.
      named = Binary.fromConstantByteArray(video.getBytes());
      name = named.toStringUsingUTF8();
    }
    return name;
  }

  @Override
  public int segmentIndex() {
    return segmentIndex;
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public int from() {
    return from;
  }

  @Override
  public int length() {
    return length;
  }

  private void features(ByteBuffer view) {
    length = view.remaining();
    if (view.hasArray()) {
      bytes = view.array();
      from = view.arrayOffset() + view.position();
    } else {
      bytes = new byte[length];
      from = 0;
      view.get(bytes);
    }
  }

  /** Reads records for Parquet's input format, which creates it by its class name. */
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
                record.video = value;
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
                record.features(value.toByteBuffer());
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
