"""Scores of segments from Parquet: pyarrow and PyTorch on two threads.

score.py <segments leaf> <warm-up leaf> <crops> <dim>
"""

import sys
import warnings

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch

import bench
import detector
import norms

BATCH = 1024


def scores(leaf, model, crops, dim):
    """One array; row groups are gathered to batches."""
    found = []
    for file in bench.parquet_files(leaf):
        with pq.ParquetFile(file, memory_map=True) as parquet:
            for batch in parquet.iter_batches(BATCH, columns=["features"]):
                column = pa.chunked_array([batch.column(0)])
                for rows in norms.rows_of(column, crops * dim):
                    x = torch.from_numpy(rows).view(-1, dim)
                    found.append(model(x).numpy())
    return np.concatenate(found)


def main():
    leaf, warm_up = sys.argv[1:3]
    crops, dim = int(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(2)
    pa.set_cpu_count(2)
    model = detector.Detector(dim, crops).eval()
    with torch.inference_mode():
        scores(warm_up, model, crops, dim)
        took, found = bench.seconds(lambda: scores(leaf, model, crops, dim))
    bench.figure("score", seconds=took, rows=len(found), rows_per_second=len(found) / took)


if __name__ == "__main__":
    # Torch is only to read them.
    warnings.filterwarnings("ignore", message="The given NumPy array is not writ")
    main()
