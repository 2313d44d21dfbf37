"""PyTorch as a contender of strided-bench: one problem a line in, one answer a line out.

    (first of all)                                    ->  ready
    make {"op": "conv", "x": [1, 64, 56, 56], ...}    ->  ok | no
    time SECONDS                                      ->  the least seconds of one run within SECONDS
    quit
"""
import json
import sys
import time

import torch
import torch.nn.functional as F


def tensor(shape, last, view):
    """As layout.c lays them: channels first or last, and views of something larger."""
    size = list(shape)
    if view == "channel2":
        size[1] *= 2
    if view == "swap_hw":
        size[-1], size[-2] = size[-2], size[-1]
    for a in range(2, len(size)):
        size[a] += 8 if view == "crop" else 0
        size[a] *= 2 if view == "step2" else 1
    if view == "batch0":
        size[0] = 1
    x = torch.rand(size[:1] + size[2:] + size[1:2]).movedim(-1, 1) if last else torch.rand(size)
    if view == "channel2":
        x = x[:, ::2]
    if view == "swap_hw":
        x = x.transpose(-1, -2)
    for a in range(2, len(size)):
        if view == "crop":
            x = x.narrow(a, 4, shape[a])
        if view == "step2":
            x = x[(slice(None),) * a + (slice(None, None, 2),)]
    return x.expand(shape) if view == "batch0" else x


def make(p):
    torch.set_num_threads(p["threads"])
    x = tensor(p["x"], p["last"], p["view"])
    nd = len(p["x"]) - 2
    if p["op"] == "conv":
        w = torch.rand(p["w"])
        conv = (F.conv1d, F.conv2d, F.conv3d)[nd - 1]
        return lambda: conv(x, w, None, p["stride"], p["pad"], p["dilation"], p["groups"])
    if p["op"] == "max":
        pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[nd - 1]
        return lambda: pool(x, p["size"], p["stride"], p["pad"])
    pool = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[nd - 1]
    return lambda: pool(x, p["size"], p["stride"], p["pad"], count_include_pad=False)


def least(run, seconds):
    clock = time.thread_time if torch.get_num_threads() == 1 else time.perf_counter
    best, end = float("inf"), clock() + seconds
    while True:
        start = clock()
        run()
        after = clock()
        best = min(best, after - start)
        if after >= end:
            return best


def main():
    run = None
    print("ready", flush=True)
    with torch.inference_mode():
        for line in sys.stdin:
            word, _, rest = line.strip().partition(" ")
            if word == "quit":
                break
            try:
                if word == "make":
                    run = make(json.loads(rest))
                    run()
                    answer = "ok"
                else:
                    answer = repr(least(run, float(rest)))
            except Exception as error:  # whatever it is, the answer is that it cannot
                answer = "no " + str(error).splitlines()[0]
            print(answer, flush=True)


main()
