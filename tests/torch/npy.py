"""NumPy's file format without numpy, as far as nnc writes and reads it: version 1, little-endian, C order."""
import ast
import math
import struct

DESCRIPTIONS = {"F64": "<f8", "F32": "<f4", "I32": "<i4", "I64": "<i8", "U8": "|u1", "BOOL": "|b1"}
FORMATS = {"<f8": "d", "<f4": "f", "<i4": "i", "<i8": "q", "|u1": "B", "|b1": "?"}


def write(path, dtype, shape, numbers):
    description = DESCRIPTIONS[dtype]
    sizes = "".join(f"{size}, " for size in shape)
    header = f"{{'descr': '{description}', 'fortran_order': False, 'shape': ({sizes}), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("latin1"))
        file.write(struct.pack(f"<{len(numbers)}{FORMATS[description]}", *numbers))


def read(path):
    """(shape, flat list of numbers)"""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<H", data, 8)
    header = ast.literal_eval(data[10 : 10 + length].decode("latin1"))
    shape = list(header["shape"])
    return shape, list(struct.unpack_from(f"<{math.prod(shape)}{FORMATS[header['descr']]}", data, 10 + length))
