"""From segments to fine labels with numpy and scikit-learn, Parquet in, Parquet out.

labels.py <workspace> <crops> <dim>   warms up on <workspace>-tiny
"""

import concurrent.futures
import math
import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import bench
import coarse
import norms

BETA = 0.2
SEGMENTS = "segments/split=train/batch=0"


def keys(leaf):
    """Video ids, dictionary encoded, and segment indices."""
    def read(file):
        return pq.read_table(file, columns=["video_id", "segment_index"],
                             read_dictionary=["video_id"], use_threads=False)
    with concurrent.futures.ThreadPoolExecutor(norms.THREADS) as threads:
        table = pa.concat_tables(threads.map(read, bench.parquet_files(leaf)))
    ids = table["video_id"].unify_dictionaries().combine_chunks()
    if isinstance(ids, pa.ChunkedArray):
        ids = ids.chunk(0)
    return ids.dictionary, ids.indices.to_numpy(), table["segment_index"].to_numpy()


def window(density):
    """Where the window of least mean density starts, and its width."""
    width = max(1, math.ceil(round(BETA * len(density), 9)))
    sums = np.concatenate([[0.0], np.cumsum(density)])
    return int(np.argmin(sums[width:] - sums[:-width])), width


def label(workspace, crops, dim, way):
    leaf = workspace / SEGMENTS
    norm = np.concatenate(norms.norms(leaf, crops, dim, way))
    names, video, index = keys(leaf)
    count = np.bincount(video, minlength=len(names))
    mean = np.bincount(video, norm, len(names)) / count
    squares = np.bincount(video, (norm - mean[video]) ** 2, len(names))
    deviation = np.sqrt(squares / np.maximum(count - 1, 1))
    anomalous = coarse.labels(mean, deviation)
    normal = norm[anomalous[video] == 0]
    gamma, variance = normal.mean(), normal.var(ddof=1)
    density = np.exp(-0.5 * (norm - gamma) ** 2 / variance) / np.sqrt(2 * np.pi * variance)
    order = np.lexsort((index, video))
    start = np.concatenate([[0], np.cumsum(count)])
    found = np.zeros(len(norm), np.int32)
    for v in np.flatnonzero(anomalous):
        of_video = order[start[v]:start[v + 1]]
        first, width = window(density[of_video])
        found[of_video[first:first + width]] = 1
    p_value = pa.array(density, mask=anomalous[video] == 0)
    pq.write_table(
        pa.table({
            "video_id": pa.DictionaryArray.from_arrays(video, names),
            "segment_index": index,
            "norm": norm,
            "p_value": p_value,
            "label": found,
        }),
        workspace / "yardstick-fine.parquet")
    return found


def main():
    workspace = pathlib.Path(sys.argv[1])
    crops, dim = int(sys.argv[2]), int(sys.argv[3])
    pa.set_cpu_count(norms.THREADS)
    tiny = pathlib.Path(sys.argv[1] + "-tiny")
    if "--cold" in sys.argv:
        way = norms.in_single
    else:
        way = norms.choose(tiny / SEGMENTS, crops, dim)
        label(tiny, crops, dim, way)
    took, found = bench.seconds(lambda: label(workspace, crops, dim, way))
    bench.figure("in session", seconds=took, rows=len(found), anomalous=int(found.sum()),
                 way=way.__name__)


if __name__ == "__main__":
    main()
