package org.c2fpl.formats.annotations;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The formats of ground-truth files. To add one, write a class that reads it and add its constant
 * here: the command line, manifests and the reference follow.
 */
public enum AnnotationFormat {
  /** {@code video_id,split,label,frames,anomalies[,class]}. */
  CSV("csv", CsvAnnotations::read),
  /** UCF-Crime's temporal annotation text. */
  UCF_CRIME("ucf-crime", UcfCrimeAnnotations::read),
  /** XD-Violence's annotation text. */
  XD_VIOLENCE("xd-violence", XdViolenceAnnotations::read),
  /** One array of 0 and 1 over the frames of all videos, with their order. */
  NPY("npy", FrameMaskAnnotations::readOrder);

  /** Reads one file. */
  private interface Reader {
    List<AnnotationEntry> read(String source, InputStream in) throws IOException;
  }

  private final String optionName;
  private final Reader reader;

  AnnotationFormat(String optionName, Reader reader) {
    this.optionName = optionName;
    this.reader = reader;
  }

  /**
   * Reads a text of this format; for {@link #NPY} the text is the order of the videos.
   *
   * @param source the file's name, for messages
   * @throws org.c2fpl.errors.DataException naming up to ten bad lines
   * @throws IOException if the stream cannot be read
   */
  public List<AnnotationEntry> read(String source, InputStream in) throws IOException {
    return reader.read(source, in);
  }

  /** Whether the annotations are an array, and the text only the order of its videos. */
  public boolean isArray() {
    return this == NPY;
  }

  /** Whether a video that the file does not list is normal. */
  public boolean listsAnomalousVideosOnly() {
    return this == XD_VIOLENCE;
  }

  /** Whether an anomalous video without a range is probably a mistake. */
  public boolean locatesEveryAnomaly() {
    return this == UCF_CRIME;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return optionName;
  }
}
