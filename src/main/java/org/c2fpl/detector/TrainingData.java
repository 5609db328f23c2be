package org.c2fpl.detector;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.method.statistics.FeatureProfile;

/**
 * What to train on.
 *
 * @param features {@code video_id, segment_index, features}: crops × dim float32 little-endian
 * @param labels {@code video_id, segment_index, label} (0 or 1), one row for every segment; where
 *     there is a column {@code target} and it is not null, that number in [0, 1] is trained on
 *     instead of the label
 * @param profile standardises the features; null to use them as they are
 * @param fingerprint changes with the data; a checkpoint of other data is not gone on from
 */
public record TrainingData(
    Dataset<Row> features, Dataset<Row> labels, FeatureProfile profile, String fingerprint) {}
