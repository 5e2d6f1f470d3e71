# SPDX-License-Identifier: Apache-2.0
"""The network of `test/benchmark engines` in PyTorch: one line an epoch.

mnist_cnn.py MNIST_FOLDER EXAMPLES BATCH EPOCHS THREADS
"""
import gzip
import os
import sys
import time

import torch
from torch import nn

folder = sys.argv[1]
examples, batch, epochs, threads = (int(argument) for argument in sys.argv[2:6])
torch.set_num_threads(threads)
torch.manual_seed(1)


def read(name, header, width):
    path = os.path.join(folder, name)
    opened = gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb")
    with opened as file:
        file.read(header)
        values = torch.frombuffer(bytearray(file.read(examples * width)), dtype=torch.uint8)
    return values.reshape(examples, width)


images = read("train-images-idx3-ubyte", 16, 784).reshape(-1, 1, 28, 28).float() / 255
labels = read("train-labels-idx1-ubyte", 8, 1).reshape(-1).long()
network = nn.Sequential(
    nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(1600, 64), nn.ReLU(), nn.Linear(64, 10),
)
optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
loss = nn.CrossEntropyLoss()
print(f"torch {torch.__version__}", file=sys.stderr)
for _ in range(epochs):
    begin = time.perf_counter()
    for start in range(0, examples, batch):
        optimizer.zero_grad()
        loss(network(images[start:start + batch]), labels[start:start + batch]).backward()
        optimizer.step()
    print(f"epoch examples={examples} seconds={time.perf_counter() - begin:.6f}", flush=True)
