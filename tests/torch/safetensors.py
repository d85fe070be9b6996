"""The safetensors container without numpy: an 8-byte length, a JSON header, then the tensors' bytes."""
import json
import math
import struct

FORMATS = {"F64": "d", "F32": "f", "I32": "i", "I64": "q", "U8": "B", "BOOL": "?"}


def write(path, tensors):
    """`tensors`: name -> (dtype, shape, flat list of numbers), written in this order."""
    header, body = {}, b""
    for name, (dtype, shape, numbers) in tensors.items():
        data = struct.pack(f"<{len(numbers)}{FORMATS[dtype]}", *numbers)
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def read(path):
    """The same map that `write` takes."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        count = math.prod(entry["shape"])
        numbers = struct.unpack_from(f"<{count}{FORMATS[entry['dtype']]}", data, 8 + length + entry["data_offsets"][0])
        tensors[name] = (entry["dtype"], entry["shape"], list(numbers))
    return tensors
