#!/usr/bin/env python3
"""The network of this folder in PyTorch: same layers, schedule, batches and shifts, one thread.

    python3 compare.py [--seeds 5] [--epochs 25] [--threads 1] [--data ../data/digits]
                       [--beside build/examples/digits/digits] [--load weights.npz]

prints, for each seed, the accuracy on the last 360 digits and the seconds that training took, by the clock and of the
processor. With --beside, each seed is trained by that program too, in turns, and both stand side by side. With --load it
answers with the weights that `digits --save` wrote. Activations lie channels last, which is the faster way there too.
"""
import argparse
import os
import re
import subprocess
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))


class Unit(nn.Module):
    def __init__(self, inside, out, taps=3, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inside, out, taps, stride, taps // 2, bias=False)
        self.norm = nn.BatchNorm2d(out)

    def forward(self, x):
        return self.norm(self.conv(x))


class Block(nn.Module):
    def __init__(self, inside, out, stride):
        super().__init__()
        self.first = Unit(inside, out, 3, stride)
        self.second = Unit(out, out)
        self.around = Unit(inside, out, 1, stride) if inside != out or stride != 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.around(x))


class Network(nn.Module):
    def __init__(self, widths=(16, 32, 64)):
        super().__init__()
        self.stem = Unit(1, widths[0])
        self.block1 = Block(widths[0], widths[0], 1)
        self.block2 = Block(widths[0], widths[1], 2)
        self.block3 = Block(widths[1], widths[2], 2)
        self.linear = nn.Linear(widths[2], 10)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(F.relu(self.stem(x)))))
        return self.linear(x.mean((2, 3)))


def load(net, path):
    with np.load(path) as archive:
        net.load_state_dict({name: torch.tensor(archive[name]) for name in archive.files}, strict=False)


def train(net, x, labels, epochs, batch=64):
    """Seconds spent in steps: by the clock, and of the processor."""
    framed = F.pad(x, (1, 1, 1, 1))
    steps = len(x) // batch
    sgd = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    cycle = torch.optim.lr_scheduler.OneCycleLR(sgd, 0.1, total_steps=epochs * steps, cycle_momentum=False)
    net.to(memory_format=torch.channels_last).train()
    seconds = processor = 0.0
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for step in range(steps):
            start = time.perf_counter(), time.process_time()
            chosen = order[step * batch:(step + 1) * batch]
            shift = torch.randint(0, 3, (2, batch, 1))
            rows = (torch.arange(8) + shift[0])[:, :, None]
            columns = (torch.arange(8) + shift[1])[:, None, :]
            images = framed[chosen[:, None, None], 0, rows, columns][:, None]
            images = images.contiguous(memory_format=torch.channels_last)
            loss = F.cross_entropy(net(images), labels[chosen], label_smoothing=0.1)
            sgd.zero_grad(set_to_none=True)
            loss.backward()
            sgd.step()
            cycle.step()
            seconds += time.perf_counter() - start[0]
            processor += time.process_time() - start[1]
    return seconds, processor


def accuracy(net, x, labels):
    net.eval()
    with torch.no_grad():
        return (net(x).argmax(1) == labels).float().mean().item()


def train_beside(options, seed):
    """What the program in C prints of the same seed: accuracy, seconds by the clock, of the processor."""
    command = [options.beside, "--seed", str(seed), "--epochs", str(options.epochs), "--threads", str(options.threads)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"seed \d+: ([\d.]+) % .* trained in ([\d.]+) s \(([\d.]+) s of processor time\)", text)
    return tuple(float(n) for n in found.groups())


def show(name, ours, theirs):
    line = name.ljust(18)
    for who, results in (("libstrided", ours), ("PyTorch", theirs)):
        if results:
            right, seconds, processor = np.mean(results, 0)[0], *np.median(results, 0)[1:]
            line += "%s %.2f %%, %.2f s (%.2f s of processor time)   " % (who, right, seconds, processor)
    print(line.rstrip(), flush=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--epochs", type=int, default=25)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--data", default=os.path.join(HERE, "..", "data", "digits"))
    options.add_argument("--beside")
    options.add_argument("--load")
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    x = torch.tensor(np.load(os.path.join(options.data, "images.npy"))[:, None] / np.float32(16))
    labels = torch.tensor(np.load(os.path.join(options.data, "labels.npy")).astype(np.int64))

    if options.load:
        net = Network()
        load(net, options.load)
        print(f"{options.load}: {100 * accuracy(net, x[1437:], labels[1437:]):.2f} % of the last 360")
        return
    ours, theirs = [], []
    for seed in range(options.seeds):
        if options.beside:
            ours.append(train_beside(options, seed))
        torch.manual_seed(seed)
        net = Network()
        seconds = train(net, x[:1437], labels[:1437], options.epochs)
        theirs.append((100 * accuracy(net, x[1437:], labels[1437:]), *seconds))
        show("seed %d" % seed, ours[-1:], theirs[-1:])
    show("mean %, median s", ours, theirs)


if __name__ == "__main__":
    main()
