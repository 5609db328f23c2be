package org.c2fpl.formats.annotations;

/** The ground-truth files that can be read. */
public enum AnnotationFormat {
  /** {@code video_id,split,label,frames,anomalies[,class]}. */
  CSV("csv"),
  /** UCF-Crime's temporal annotation text. */
  UCF_CRIME("ucf-crime"),
  /** XD-Violence's annotation text. */
  XD_VIOLENCE("xd-violence"),
  /** One array of 0 and 1 over the frames of all videos, with their order. */
  NPY("npy");

  private final String optionName;

  AnnotationFormat(String optionName) {
    this.optionName = optionName;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return optionName;
  }
}
