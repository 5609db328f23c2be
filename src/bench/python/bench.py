"""What the yardsticks share: figures on standard output, files of a table."""

import json
import os
import pathlib
import time


def figure(case, **values):
    """Prints one figure as the orchestrator reads it."""
    line = {
        "section": os.environ.get("C2FPL_BENCH_SECTION"),
        "contender": os.environ.get("C2FPL_BENCH_CONTENDER"),
        "case": case,
    }
    print(json.dumps({**line, **values}), flush=True)


def parquet_files(leaf):
    return sorted(pathlib.Path(leaf).glob("*.parquet"))


def seconds(work):
    """Runs the work; returns its seconds and what it returned."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result
