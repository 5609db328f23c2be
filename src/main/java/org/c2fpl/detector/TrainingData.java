package org.c2fpl.detector;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.method.statistics.FeatureProfile;

/**
 * The input of a training.
 *
 * @param features {@code video_id, segment_index, features}: crops × dim float32 little-endian
 * @param labels {@code video_id, segment_index, label} (0 or 1), one row for every segment; if the
 *     column {@code target} exists and is not null, that number in [0, 1] replaces the label
 * @param profile standardises the features; null to use them as they are
 * @param fingerprint changes with the data; training does not continue from a checkpoint of other
 *     data
 */
public record TrainingData(
    Dataset<Row> features, Dataset<Row> labels, FeatureProfile profile, String fingerprint) {}
