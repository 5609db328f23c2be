package org.c2fpl.coarse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The labels of all videos.
 *
 * @param rows rows of {@code coarse_labels}, one a video
 * @param how what was done, in words that go on after "3 anomalous videos of 10 videos"
 * @param stoppedEarly why fewer videos are anomalous than were wanted; null where as many are
 * @param details tells the manifest about it
 * @param release drops what was cached, once the rows are written
 */
public record Labelling(
    Dataset<Row> rows,
    String how,
    String stoppedEarly,
    Consumer<ObjectNode> details,
    Runnable release) {}
