"""Files of arrays: weights, NPY, NPZ, IDX."""
import io
import struct
import zipfile

from case import Case, DATA, bomb, gz, idx, large, npy, program, safetensors

F32 = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
NET = program("let net = Linear(1, 1, bias: false)\nfn f(x: f32[N, 1]) -> f32[N, 1] = net(x)")
TRAIN = program("""data d { field x: f32[4] = SOURCE }
let net = Linear(4, 1)
train fit { data = d; epochs = 1; minimize mean(net(x)) using sgd(lr: 0.1) }""")


def weights(name, content, message):
    return Case(f"safetensors: {name}", {"a.nn": NET, "w.safetensors": content}, "run a.nn f --weights w.safetensors --input x=1", DATA, message)


def entry(**changes):
    return safetensors({"net.weight": {"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4], **changes}}, b"1234")


def field(name, source, file, content, message):
    files = {"a.nn": TRAIN.replace("SOURCE", source), file: content}
    return Case(name, files, "train a.nn --out out --quiet", DATA, message)


def array(name, content, message):
    return field(f"npy: {name}", 'npy("a.npy")', "a.npy", content, message)


def archive(**changes):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("x.npy", npy("<f4", "(1, 4)", bytes(16)))
    content = bytearray(buffer.getvalue())
    for at, value in changes.get("patch", {}).items():
        content[at] = value
    return bytes(content[: changes.get("size", len(content))])


def zipped(name, content, message):
    return field(f"npz: {name}", 'npz("a.npz", "x")', "a.npz", content, message)


def idx_field(name, content, message):
    return field(f"idx: {name}", 'idx("a.idx")', "a.idx", content, message)


CASES = [
    weights("empty", b"", r"w.safetensors@0: error\[E0505\].*too short"),
    weights("seven bytes", b"1234567", r"@7: error\[E0505\].*too short"),
    weights("header of 100,000,001 bytes", struct.pack("<Q", 100_000_001) + b"{}", r"@0: error\[E0505\].*100 MB"),
    weights("header of 2^64-1 bytes", b"\xff" * 8 + b"{}", r"@0: error\[E0505\].*100 MB"),
    weights("header beyond the file", struct.pack("<Q", 1000) + b"{}", r"@0: error\[E0505\].*ends within its header"),
    weights("header of no object", safetensors(b"[]"), r"@8: error\[E0505\]"),
    weights("header cut", safetensors(b'{"a":'), r"E0505.*not JSON"),
    weights("invalid UTF-8", safetensors(b'{"a\xff":1}'), r"E0505.*not JSON"),
    weights("duplicate keys", safetensors(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', b"1234"),
            r"E0505.*names `a` twice"),
    weights("50 MB of brackets", large(lambda: safetensors(b'{"a":' + b"[" * 50_000_000)), r"E0505"),
    weights("50 MB of objects", large(lambda: safetensors(b'{"a":' * 10_000_000)), r"E0505"),
    weights("50 MB of sizes", large(lambda: safetensors(b'{"a":{"shape":[' + b"1," * 25_000_000 + b"1]}}")), r"E0505"),
    weights("10 million numbers", large(lambda: safetensors(b"{" + b'"a":1,' * 10_000_000 + b"}")), r"E0505"),
    weights("gap", safetensors({"a": F32, "b": {**F32, "data_offsets": [5, 9]}}, bytes(9)), r"E0505.*gap or an overlap"),
    weights("overlap", safetensors({"a": F32, "b": {**F32, "data_offsets": [2, 6]}}, bytes(6)), r"E0505.*gap or an overlap"),
    weights("backwards", entry(data_offsets=[4, 0]), r"E0505"),
    weights("beyond the file", safetensors({"a": {**F32, "shape": [2], "data_offsets": [0, 8]}}, b"1234"), r"E0505.*do not end where the file does"),
    weights("bytes left over", safetensors({"a": F32}, bytes(9)), r"E0505.*do not end where the file does"),
    weights("2^32 x 2^32", entry(shape=[2**32, 2**32]), r"E0505.*4294967296"),
    weights("2^62 x 4 wraps to nothing", safetensors({"a": {**F32, "shape": [2**62, 4], "data_offsets": [0, 0]}}), r"E0505"),
    weights("negative size", entry(shape=[-1]), r"E0505.*not a whole number"),
    weights("size of 1e400", safetensors(b'{"a":{"dtype":"F32","shape":[1e400],"data_offsets":[0,4]}}', b"1234"), r"E0505"),
    weights("unknown type", entry(dtype="F4"), r"E0505.*F4"),
    weights("a key too many", entry(more=1), r"E0505"),
    weights("metadata that is a number", safetensors({"__metadata__": {"a": 1}}), r"E0505.*not a string"),
    weights("NUL and escape in a name", safetensors({"a\0\x1b[2Jb": F32}, b"1234"), r"E0506"),
    array("empty", b"", r"a.npy@0: error\[E0502\]"),
    array("Python objects", npy("|O", "(1, 4)"), r"E0502.*Python objects"),
    array("records", b"\x93NUMPY\x01\x00\x50\x00" + b"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}".ljust(80), r"E0502.*records"),
    array("complex", npy("<c8", "(1, 4)", bytes(32)), r"E0502.*<c8"),
    array("2^32 x 2^32", npy("<f4", "(4294967296, 4294967296)"), r"E0502.*too many bytes"),
    array("2^63 rows", npy("<f4", "(9223372036854775808, 4)"), r"E0502"),
    array("negative size", npy("<f4", "(-1, 4)"), r"E0502"),
    array("30,000 axes", npy("<f4", "(" + "1," * 30_000 + ")", bytes(4)), r"E0502.*axes"),
    array("rows that are not there", npy("<f4", "(1000000000, 4)", bytes(16)), r"E0502.*file holds 16"),
    array("header cut", npy("<f4", "(1, 4)")[:30], r"E0502.*ends within its header"),
    array("header of 4 GiB", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{", r"E0502.*ends within its header"),
    array("version 9", b"\x93NUMPY\x09\x00\x00\x00", r"E0502.*version 9"),
    array("NaN", npy("<f4", "(1, 4)", struct.pack("<4f", 1, 2, float("nan"), 4)), r"a.npy:1:3: error\[E0501\]"),
    array("infinity, big-endian, in Fortran order", npy(">f4", "(2, 4)", struct.pack(">8f", 1, 2, 3, 4, 5, float("inf"), 7, 8), fortran=True),
          r"a.npy:2:3: error\[E0501\]"),
    array("a gzip bomb", bomb(npy("<f4", "(25000000, 4)"), bytes(1 << 20), 400), r"E0502.*unpacks"),
    array("a gzip bomb behind the array", bomb(npy("<f4", "(1, 4)", bytes(16)), bytes(1 << 20), 400), r"E0502.*unpacks"),
    array("gzip cut", gz(npy("<f4", "(1, 4)", bytes(16)))[:-12], r"E0502.*ends too early"),
    zipped("empty", b"", r"E0502.*not a zip archive"),
    zipped("cut", archive(size=100), r"E0502"),
    zipped("damaged", archive(patch={45: 0xFF, 46: 0xFF}), r"E0502"),
    zipped("other method", archive(patch={}).replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x63"), r"E0502.*method 99"),
    idx_field("empty", b"", r"E0502.*not an idx file"),
    idx_field("unknown type", idx(7, [1]), r"E0502.*type code"),
    idx_field("255 axes", idx(8, [1] * 255, b"1"), r"E0502.*axes"),
    idx_field("2^32-1 to the fourth", idx(8, [2**32 - 1] * 4), r"E0502"),
    idx_field("bytes left over", idx(13, [1, 4], bytes(17)), r"E0502.*file holds 17"),
]
