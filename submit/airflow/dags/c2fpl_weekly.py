"""
Every week: the training split is labelled anew and a new model is trained beside the current one.

It is put to use only where it is not worse on annotated footage. Where it is, or where nothing is
annotated, ``promote`` fails without a retry: its log has both models' figures, how far they agree and
how far the footage has moved, and a person decides by ``c2fpl promote --model ID``. Until then the
current model stays in use.
"""

from __future__ import annotations

from datetime import datetime, timezone

from airflow.sdk import DAG, CronDataIntervalTimetable

from c2fpl_operator import DEFAULTS, C2fplOperator, params, setting

TRAIN = ("--train-split", setting("train_split"))
REFRESH = ("--write-mode", "refresh")

with DAG(
    dag_id="c2fpl_weekly",
    description="Trains a new model and promotes it if it is not worse.",
    # At another time than the nightly run: they wait for each other, but at most half an hour.
    schedule=CronDataIntervalTimetable("0 12 * * 0", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    params=params("train_split", "training_input", "evaluation_split"),
    tags=["c2fpl"],
    doc_md=__doc__,
) as dag:
    ingest = C2fplOperator(
        task_id="ingest",
        command="ingest",
        only_with=setting("training_input"),
        arguments=[
            "--split",
            setting("train_split"),
            "--batch",
            "{{ data_interval_start | ds }}",
            "--input",
            setting("training_input"),
            "--write-mode",
            "skip",
        ],
    )
    stats = C2fplOperator(
        task_id="stats",
        command="stats",
        arguments=["--split", setting("train_split"), *TRAIN, *REFRESH],
        trigger_rule="none_failed",
    )
    coarse = C2fplOperator(task_id="coarse", command="coarse", arguments=[*TRAIN, *REFRESH])
    fine = C2fplOperator(task_id="fine", command="fine", arguments=[*TRAIN, *REFRESH])
    # Continues from its last epoch when it is tried again.
    train = C2fplOperator(
        task_id="train",
        command="train",
        arguments=[*TRAIN, "--no-promote", "--write-mode", "skip"],
    )
    report = C2fplOperator(task_id="report", command="report", arguments=[*REFRESH])
    # Last, so that the whole run fails if a person has to decide.
    promote = C2fplOperator(
        task_id="promote",
        command="promote",
        arguments=["--if-not-worse", "--split", setting("evaluation_split")],
    )
    ingest >> stats >> coarse >> fine >> train >> report >> promote
