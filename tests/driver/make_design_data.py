#!/usr/bin/env python3
"""make_design_data.py FOLDER: small random data under the names that the design's programs read."""
import gzip
import pathlib
import random
import struct
import sys


def npy(path, kind, shape, values):
    code, letter = {"u1": ("|u1", "B"), "i4": ("<i4", "i")}[kind]
    header = f"{{'descr': '{code}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    values = list(values)
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(values)}{letter}", *values))


def main():
    folder = pathlib.Path(sys.argv[1])
    draw = random.Random(0)
    # resnet.nn: 45,000 of its images train and 5,000 validate
    for part, images in (("train", 50000), ("test", 8)):
        npy(folder / f"cifar/{part}_x.npy", "u1", (images, 3, 32, 32), draw.randbytes(images * 3072))
        npy(folder / f"cifar/{part}_y.npy", "u1", (images,), (draw.randrange(10) for _ in range(images)))
    # lstm_classifier.nn
    npy(folder / "imdb/ids.npy", "i4", (40, 200), (draw.randrange(20000) for _ in range(40 * 200)))
    npy(folder / "imdb/length.npy", "i4", (40,), (draw.randrange(1, 201) for _ in range(40)))
    npy(folder / "imdb/label.npy", "i4", (40,), (draw.randrange(2) for _ in range(40)))
    # vae.nn
    with gzip.open(folder / "train-images-idx3-ubyte.gz", "wb", compresslevel=1) as file:
        file.write(struct.pack(">IIII", 0x803, 100, 28, 28) + draw.randbytes(100 * 784))


if __name__ == "__main__":
    main()
