#!/usr/bin/env python3
"""Makes examples/data/resnet: a ResNet-18 of 8, 16, 32 and 64 channels that reads handwritten digits, what PyTorch says
of four pictures cut out of larger ones, and a picture to try.

    python3 examples/resnet/make_narrow.py

Wants torch, numpy, PIL; a minute. The module is torchvision's by definition and by names, at other widths.
"""
import os

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from export import write_safetensors

WIDTHS, SIDE, CLASSES = (8, 16, 32, 64), 64, 10
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")


class BasicBlock(nn.Module):
    def __init__(self, before, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride != 1 or before != width:
            self.downsample = nn.Sequential(nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        around = x if self.downsample is None else self.downsample(x)
        h = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(h)) + around)


class ResNet(nn.Module):
    def __init__(self, blocks, widths, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths[0], 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        before = widths[0]
        for i, (n, width) in enumerate(zip(blocks, widths)):
            stage = [BasicBlock(before if j == 0 else width, width, 2 if i and j == 0 else 1) for j in range(n)]
            setattr(self, "layer%d" % (i + 1), nn.Sequential(*stage))
            before = width
        self.fc = nn.Linear(before, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
        return self.fc(x.mean((2, 3)))


def normalised(pixels):
    """(N, H, W, 3) bytes -> what torchvision's presets give."""
    x = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def pictures():
    small = np.load(os.path.join(DATA, "digits", "images.npy")).astype(np.uint8)
    grey = [np.asarray(Image.fromarray(np.minimum(i * 16, 255).astype(np.uint8)).resize((SIDE, SIDE), Image.BILINEAR))
            for i in small]
    return np.stack(grey)[..., None].repeat(3, 3), np.load(os.path.join(DATA, "digits", "labels.npy")).astype(np.int64)


def varied(x):
    """Moved a little, tinted, and in front of noise."""
    shift = [int(s) for s in torch.randint(-6, 7, (2,))]
    tint = torch.rand(len(x), 3, 1, 1) * 0.6 + 0.4
    noise = torch.rand(x.shape) * torch.rand(len(x), 1, 1, 1)
    return torch.roll(x, shift, (2, 3)) * tint + noise


def train(net, x, labels, epochs=24, batch=32):
    steps = epochs * (len(x) // batch)
    optimizer = torch.optim.SGD(net.parameters(), 0.05, momentum=0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=steps)
    for epoch in range(epochs):
        order = torch.randperm(len(x))
        for i in range(len(x) // batch):
            some = order[i * batch:(i + 1) * batch]
            loss = F.cross_entropy(net(varied(x[some])), labels[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print("epoch %d, loss %.4f" % (epoch + 1, loss.item()), flush=True)


def larger(pixels):
    """Four pictures of 80x96 in noisy colours, each with a digit somewhere inside."""
    rng = np.random.RandomState(1)
    big = rng.randint(0, 40, (4, 80, 96, 3))
    for i in range(4):
        big[i, 9:9 + SIDE, 17:17 + SIDE] += (pixels[-1 - 5 * i] * rng.uniform(0.5, 0.8, 3)).astype(np.int64)
    return big.astype(np.uint8)


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    pixels, labels = pictures()
    x, held = normalised(pixels), len(pixels) - 360
    net = ResNet((2, 2, 2, 2), WIDTHS, CLASSES)
    train(net, x[:held], torch.from_numpy(labels[:held]))
    net.eval()
    for p in net.parameters():
        p.data = p.data.half().float()
    with torch.no_grad():
        right = (net(x[held:]).argmax(1).numpy() == labels[held:]).mean()
        print("held out: %.1f %% right" % (100 * right))
        big = larger(pixels)
        cut = big[:, 9:9 + SIDE, 17:17 + SIDE]
        logits = net(normalised(cut)).numpy()
    print("the four pictures are", labels[-1:-20:-5], "and are read as", logits.argmax(1))
    learned = {name for name, _ in net.named_parameters()}
    folder = os.path.join(DATA, "resnet")
    write_safetensors(os.path.join(folder, "narrow.safetensors"),
                      {k: v.half().numpy() if k in learned else v.numpy() for k, v in net.state_dict().items()})
    photo = Image.fromarray(big[1]).resize((144, 120), Image.BICUBIC)
    photo.save(os.path.join(folder, "digit.png"), optimize=True)
    resized = np.asarray(photo.resize((72 * 144 // 120, 72), Image.BILINEAR))
    write_safetensors(os.path.join(folder, "fixture.safetensors"),
                      {"logits": logits, "images": big, "photo": np.asarray(photo), "resized": resized})


if __name__ == "__main__":
    main()
