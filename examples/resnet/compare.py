#!/usr/bin/env python3
"""torchvision's ResNet-18 or -34 in PyTorch on the same picture: put it beside what `resnet` prints.

    python3 compare.py resnet18 [--size 224] [--threads 1] [--seconds 5]      # time, random weights
    python3 compare.py resnet18 --weights FILE --picture FILE                 # the five best classes

Wants torch and torchvision; downloads nothing. Times are the median of many runs, channels first and last, batch norms
folded into the convolutions, in processor time for one thread.
"""
import argparse
import json
import struct
import time

import numpy as np
import torch
import torchvision
from torch.nn.utils import fusion

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "U8": "u1"}


def read_weights(path):
    if path.endswith(".npz"):
        with np.load(path) as archive:
            return {name: archive[name] for name in archive.files}
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    return {name: np.frombuffer(data[slice(*t["data_offsets"])], DTYPES[t["dtype"]]).reshape(t["shape"])
            for name, t in header.items() if name != "__metadata__"}


def folded(model):
    """Each batch norm becomes part of the convolution before it."""
    model.conv1, model.bn1 = fusion.fuse_conv_bn_eval(model.conv1, model.bn1), torch.nn.Identity()
    for stage in (model.layer1, model.layer2, model.layer3, model.layer4):
        for block in stage:
            block.conv1, block.bn1 = fusion.fuse_conv_bn_eval(block.conv1, block.bn1), torch.nn.Identity()
            block.conv2, block.bn2 = fusion.fuse_conv_bn_eval(block.conv2, block.bn2), torch.nn.Identity()
            if block.downsample:
                block.downsample = fusion.fuse_conv_bn_eval(*block.downsample)
    return model


def milliseconds(model, x, seconds, clock):
    took, end = [], time.perf_counter() + seconds
    model(x)
    while len(took) < 5 or time.perf_counter() < end:
        start = clock()
        model(x)
        took.append(clock() - start)
    return 1e3 * float(np.median(took))


def compare_times(model, options):
    clock = time.process_time if options.threads == 1 else time.perf_counter
    for name, layout in (("NCHW", torch.contiguous_format), ("NHWC", torch.channels_last)):
        x = torch.full((1, 3, options.size, options.size), 0.5).contiguous(memory_format=layout)
        ms = milliseconds(folded(model()).to(memory_format=layout), x, options.seconds, clock)
        print("%s, %s: %.2f ms an image" % (options.network, name, ms), flush=True)


def show_classes(model, options):
    from PIL import Image
    from torchvision import transforms

    model.load_state_dict({k: torch.tensor(np.array(v)) for k, v in read_weights(options.weights).items()})
    prepare = transforms.Compose([
        transforms.Resize(options.size * 8 // 7), transforms.CenterCrop(options.size), transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))])
    shares = model(prepare(Image.open(options.picture).convert("RGB"))[None]).softmax(1)[0]
    for share, i in zip(*shares.topk(5)):
        print("%6.2f %%  class %d" % (100 * share, i))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("network", choices=("resnet18", "resnet34"))
    options.add_argument("--size", type=int, default=224)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--weights")
    options.add_argument("--picture")
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)

    def model():
        return getattr(torchvision.models, options.network)(weights=None).eval()

    with torch.no_grad():
        show_classes(model(), options) if options.weights else compare_times(model, options)


if __name__ == "__main__":
    main()
