# SPDX-License-Identifier: Apache-2.0
"""The networks of `test/benchmark scoring` in PyTorch: one line a pass over arrays in memory.

scoring.py SIZE ROWS BATCH PASSES THREADS
"""
import sys
import time

import torch
from torch import nn

size, rows, batch, passes, threads = (int(argument) for argument in sys.argv[1:6])
torch.set_num_threads(threads)
torch.manual_seed(1)
CHANNELS = 1 if size == 28 else 3
images = torch.rand(rows, CHANNELS, size, size)
if size == 28:
    network = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1600, 64), nn.ReLU(), nn.Linear(64, 10),
    )
else:
    network = nn.Sequential(
        nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(1024, 64), nn.ReLU(), nn.Linear(64, 10),
    )
network.eval()
print(f"torch {torch.__version__}", file=sys.stderr)
with torch.inference_mode():
    for _ in range(passes):
        begin = time.perf_counter()
        for start in range(0, rows, batch):
            network(images[start:start + batch])
        print(f"epoch examples={rows} seconds={time.perf_counter() - begin:.6f}", flush=True)
