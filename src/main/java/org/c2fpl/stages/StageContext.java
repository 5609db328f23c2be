package org.c2fpl.stages;

import org.apache.spark.sql.SparkSession;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/** What every stage needs. */
public record StageContext(
    SparkSession spark, Workspace workspace, long seed, WriteMode writeMode, Console console) {}
