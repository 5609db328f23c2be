package org.c2fpl.stage;

/** A result that depends on a model. */
public interface OfModel {
  /** The id of the model; null if unknown. */
  String model();
}
