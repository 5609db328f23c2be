package org.c2fpl.formats.features;

/** Order of the axes of a three-dimensional feature array. */
public enum Axes {
  SEGMENTS_CROPS_DIM("segments,crops,dim"),
  CROPS_SEGMENTS_DIM("crops,segments,dim");

  private final String text;

  Axes(String text) {
    this.text = text;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return text;
  }
}
