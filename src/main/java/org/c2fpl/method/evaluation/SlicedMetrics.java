package org.c2fpl.method.evaluation;

import java.util.SortedMap;

/**
 * The ranking metrics of the frames of all videos and of parts of them.
 *
 * @param frames over all frames
 * @param anomalousVideos over the frames of videos that have any anomalous frame
 * @param classes by the class of anomalous videos
 */
public record SlicedMetrics(
    RankingMetrics frames,
    RankingMetrics anomalousVideos,
    SortedMap<String, ClassMetrics> classes) {}
