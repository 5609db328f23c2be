"""Coarse labels with scikit-learn: the divisive loop over GaussianMixture(2).

coarse.py <folder> <videos> ...   workspaces <folder>/<videos> hold video_stats
"""

import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.mixture import GaussianMixture

import bench

ETA = 1.0


def labels(mean, deviation):
    """1 for the videos that the loop calls anomalous."""
    points = np.column_stack([mean, deviation])
    anomalous = np.zeros(len(points), np.int32)
    rest = np.arange(len(points))
    while anomalous.sum() <= ETA * (len(points) - anomalous.sum()) and len(rest) >= 4:
        side = GaussianMixture(2, random_state=0).fit_predict(points[rest])
        ones = np.count_nonzero(side)
        if ones in (0, len(rest)):
            break
        smaller = 1 if ones <= len(rest) - ones else 0
        anomalous[rest[side == smaller]] = 1
        rest = rest[side != smaller]
    return anomalous


def label(workspace):
    leaf = workspace / "video_stats/split=train/batch=0"
    table = pa.concat_tables(pq.read_table(file) for file in bench.parquet_files(leaf))
    found = labels(table["norm_mean"].to_numpy(), table["norm_std"].to_numpy())
    pq.write_table(
        pa.table({
            "video_id": table["video_id"],
            "norm_mean": table["norm_mean"],
            "norm_std": table["norm_std"],
            "label": found,
        }),
        workspace / "yardstick-coarse.parquet")
    return found


def main():
    folder = pathlib.Path(sys.argv[1])
    label(folder / "200")
    for videos in sys.argv[2:]:
        took, found = bench.seconds(lambda: label(folder / videos))
        bench.figure(f"{videos} videos", seconds=took, rows=len(found),
                     anomalous=int(found.sum()))


if __name__ == "__main__":
    main()
