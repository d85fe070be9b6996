"""A row of the tables: files to make, what to do with them, and how that ends."""
import dataclasses
import gzip
import json
import struct
import zlib
from typing import Callable, Union

PROGRAM, USAGE, DATA, RESOURCE = 1, 2, 3, 4  # exit codes


@dataclasses.dataclass
class Case:
    name: str
    files: dict[str, Union[bytes, str, Callable]]  # contents, or what makes the file at a path
    command: str  # after `nnc`
    code: int
    message: str  # a pattern that the messages hold


def sparse(size, beginning=b""):
    """A file of zeros after its beginning, which takes no room."""

    def make(path):
        with open(path, "wb") as file:
            file.write(beginning)
            file.truncate(size)

    return make


def large(content, *arguments):
    """A file whose contents are only there when it is made: content(*arguments)."""

    def make(path):
        with open(path, "wb") as file:
            file.write(content(*arguments))

    return make


def program(text):
    return "nn 1\n" + text + "\n"


def safetensors(header, data=b""):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(header)) + header + data


def npy(descr, shape, data=b"", fortran=False, version=1):
    header = f"{{'descr': {descr!r}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H", len(header)) if version == 1 else struct.pack("<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + data


def idx(code, sizes, data=b""):
    return bytes([0, 0, code, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + data


def gz(data):
    return gzip.compress(data, 1)


def bomb(beginning, piece, count):
    """What unpacks to the beginning and `count` pieces, without holding it."""

    def make(path):
        pack = zlib.compressobj(1, zlib.DEFLATED, 31)
        with open(path, "wb") as file:
            file.write(pack.compress(beginning))
            for _ in range(count):
                file.write(pack.compress(piece))
            file.write(pack.flush())

    return make
