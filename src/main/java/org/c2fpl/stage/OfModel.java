package org.c2fpl.stage;

/** A result that a model has a part in. */
public interface OfModel {
  /** The model's id; null where none is known. */
  String model();
}
