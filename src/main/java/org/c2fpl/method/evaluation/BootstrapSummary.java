package org.c2fpl.method.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * Intervals over resampled videos.
 *
 * @param auc of {@link RankingMetrics#auc()} over all videos; null if too few replicates have it
 * @param ap of {@link RankingMetrics#ap()}; null if too few replicates have it
 * @param aucAnomalousVideos of the AUC over videos with any anomalous frame; null if too few
 *     replicates have it
 */
public record BootstrapSummary(
    @Nullable BootstrapInterval auc,
    @Nullable BootstrapInterval ap,
    @Nullable BootstrapInterval aucAnomalousVideos) {}
