#!/usr/bin/env python3
"""Writes torchvision's ResNet-18 or -34 as .safetensors or .npz, under torchvision's own names, and the names of its classes.

    python3 export.py resnet18 resnet18.safetensors [labels.txt]

Wants torch and torchvision (which downloads the weights, once). `resnet` then needs neither.
"""
import json
import struct
import sys

import numpy as np

DTYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "uint8": "U8"}


def write_safetensors(path, arrays):
    """Eight bytes of length, a JSON header padded with spaces to a multiple of eight, the arrays one behind the other."""
    header, at = {}, 0
    for name, a in arrays.items():
        header[name] = {"dtype": DTYPES[str(a.dtype)], "shape": list(a.shape), "data_offsets": [at, at + a.nbytes]}
        at += a.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for a in arrays.values():
            f.write(a.tobytes("C"))


def main(name, path, labels=None):
    import torchvision

    if name not in ("resnet18", "resnet34"):
        sys.exit("export.py: resnet18 or resnet34, not " + name)
    weights = torchvision.models.get_model_weights(name).DEFAULT
    model = torchvision.models.get_model(name, weights=weights).eval()
    arrays = {k: v.contiguous().numpy() for k, v in model.state_dict().items()}
    if path.endswith(".npz"):
        np.savez(path, **arrays)
    else:
        write_safetensors(path, arrays)
    if labels:
        with open(labels, "w") as f:
            f.write("\n".join(weights.meta["categories"]) + "\n")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
