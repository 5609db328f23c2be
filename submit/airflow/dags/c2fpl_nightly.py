"""
Every night: the footage of the day becomes a batch, is scored with the current model, and reported.

A batch is named after the day on which the data interval begins, and is read from the folder of that
name under the setting ``input``. Doing a day once more changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timezone

from airflow.sdk import DAG, CronDataIntervalTimetable

from c2fpl_operator import DEFAULTS, C2fplOperator, params, setting

DAY = "{{ data_interval_start | ds }}"
BATCH = ("--split", setting("split"), "--batch", DAY)

with DAG(
    dag_id="c2fpl_nightly",
    description="Ingests, scores and reports the footage of a day.",
    # A data interval is a day of footage; a plain cron expression has none since Airflow 3.
    schedule=CronDataIntervalTimetable("0 2 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    # A workspace takes one run at a time.
    max_active_runs=1,
    default_args=DEFAULTS,
    params=params("input", "split", "train_split", "write_mode"),
    tags=["c2fpl"],
    doc_md=__doc__,
) as dag:
    ingest = C2fplOperator(
        task_id="ingest",
        command="ingest",
        arguments=[*BATCH, "--input", f"{setting('input')}/{DAY}", "--write-mode", setting("write_mode")],
    )
    stats = C2fplOperator(
        task_id="stats",
        command="stats",
        arguments=[*BATCH, "--train-split", setting("train_split"), "--write-mode", "refresh"],
    )
    score = C2fplOperator(
        task_id="score",
        command="score",
        arguments=[*BATCH, "--write-mode", setting("write_mode")],
    )
    report = C2fplOperator(task_id="report", command="report", arguments=["--write-mode", "refresh"])
    ingest >> stats >> score >> report
