# SPDX-License-Identifier: Apache-2.0
"""The networks of `test/benchmark convolutions` in PyTorch: one line an epoch,
in seconds of the process.

convolutions.py resnet20|mobilenet train|score EXAMPLES BATCH EPOCHS THREADS
"""
import sys
import time

import torch
from torch import nn

name, what = sys.argv[1:3]
examples, batch, epochs, threads = (int(argument) for argument in sys.argv[3:7])
torch.set_num_threads(threads)
torch.manual_seed(1)


def convolution(inputs, outputs, kernel, stride, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.way = nn.Sequential(
            convolution(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs), nn.ReLU(True),
            convolution(outputs, outputs, 3, 1), nn.BatchNorm2d(outputs))
        self.shortcut = (
            nn.Identity() if inputs == outputs else convolution(inputs, outputs, 1, stride))

    def forward(self, x):
        return torch.relu_(self.way(x) + self.shortcut(x))


def begin(filters):
    return [convolution(3, filters, 3, 1), nn.BatchNorm2d(filters), nn.ReLU(True)]


def end(filters):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(filters, 10)]


if name == "resnet20":
    layers = begin(16)
    before = 16
    for filters in (16, 32, 64):
        for block in range(3):
            layers.append(Block(before, filters, 1 if filters == before else 2))
            before = filters
else:
    layers = begin(32)
    before = 32
    for filters, stride in ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (256, 1)):
        layers += [
            convolution(before, before, 3, stride, before), nn.BatchNorm2d(before), nn.ReLU(True),
            convolution(before, filters, 1, 1), nn.BatchNorm2d(filters), nn.ReLU(True)]
        before = filters
network = nn.Sequential(*layers, *end(before))
optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
loss = nn.CrossEntropyLoss()
images = torch.randn(batch, 3, 32, 32)
labels = torch.randint(10, (batch,))
print(f"torch {torch.__version__}", file=sys.stderr)


def train():
    optimizer.zero_grad()
    loss(network(images), labels).backward()
    optimizer.step()


@torch.inference_mode()
def score():
    network(images)


if what == "score":
    network.eval()
for _ in range(epochs):
    start = time.process_time()
    for _ in range(examples // batch):
        train() if what == "train" else score()
    seconds = time.process_time() - start
    print(f"epoch examples={examples // batch * batch} seconds={seconds:.6f}", flush=True)
