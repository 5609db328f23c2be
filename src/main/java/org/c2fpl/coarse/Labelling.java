package org.c2fpl.coarse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The labels of all videos.
 *
 * @param rows rows of {@code coarse_labels}, one per video
 * @param how the method, as text that follows "3 anomalous videos of 10 videos"
 * @param stoppedEarly why fewer videos are anomalous than intended; null if none are missing
 * @param details records the method in the manifest
 * @param release drops cached data once the rows are written
 */
public record Labelling(
    Dataset<Row> rows,
    String how,
    String stoppedEarly,
    Consumer<ObjectNode> details,
    Runnable release) {}
