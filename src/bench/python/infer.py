"""The detector's output for rows in memory, one thread.

infer.py <rows> <dim> <repeats>
"""

import sys

import torch

import bench
import detector

WARM_UP = 20


def main():
    rows, dim, repeats = (int(argument) for argument in sys.argv[1:4])
    torch.set_num_threads(1)
    model = detector.Detector(dim, 1).eval()
    x = torch.rand(rows, dim)
    with torch.inference_mode():
        for _ in range(WARM_UP):
            model(x)
        took, _ = bench.seconds(lambda: [model(x) for _ in range(repeats)])
    bench.figure("in memory", seconds=took / repeats, rows=rows,
                 rows_per_second=rows * repeats / took)


if __name__ == "__main__":
    main()
