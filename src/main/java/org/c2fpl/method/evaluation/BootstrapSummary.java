package org.c2fpl.method.evaluation;

/**
 * Intervals over resampled videos.
 *
 * @param auc of {@link RankingMetrics#auc()} over all videos; null if too few replicates have it
 * @param ap of {@link RankingMetrics#ap()}; null if too few replicates have it
 * @param aucAnomalousVideos of the AUC over videos with any anomalous frame; null if too few
 *     replicates have it
 */
public record BootstrapSummary(
    BootstrapInterval auc, BootstrapInterval ap, BootstrapInterval aucAnomalousVideos) {}
