package org.c2fpl.method.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * How well scores find the anomalies of one class.
 *
 * @param frames the frames of the class's anomalous videos
 * @param auc over the frames of the class's videos and of all normal videos; null without frames of
 *     both kinds
 * @param aucAnomalousVideos over only the frames of the class's videos; null without frames of both
 *     kinds
 */
public record ClassMetrics(
    RankingTotals frames, @Nullable Double auc, @Nullable Double aucAnomalousVideos) {}
