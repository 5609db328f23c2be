"""Steps of the detector in PyTorch, batches gathered from one tensor.

train.py <threads> <batch> <crops> <dim> <steps> [--compile]
"""

import sys
import time

import torch

import bench
import detector

WARM_UP = 25


def main():
    threads, batch, crops, dim, steps = (int(argument) for argument in sys.argv[1:6])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    segments = max(4 * batch, 16_384 // crops)
    features = torch.rand(segments, crops * dim).sub_(0.5).abs_()
    labels = (torch.arange(segments) % 8 == 0).float()
    model = detector.Detector(dim, crops).train()
    forward = torch.compile(model) if "--compile" in sys.argv else model
    optimizer = detector.optimizer(model)
    loss_of = torch.nn.BCELoss()
    order = []

    def step():
        nonlocal order
        if len(order) < batch:
            order = torch.randperm(segments)
        chosen, order = order[:batch], order[batch:]
        x = features.index_select(0, chosen).view(batch * crops, dim)
        loss = loss_of(forward(x), labels.index_select(0, chosen))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(WARM_UP):
        loss = step()
    start = time.perf_counter()
    for _ in range(steps):
        loss = step()
    took = time.perf_counter() - start
    bench.figure(f"{batch} × {crops}", seconds=took, rows=steps * batch,
                 rows_per_second=steps * batch / took, loss=loss.item())


if __name__ == "__main__":
    main()
