"""What is no file, in place of one; and numbers of the command line."""
import os
import random

from case import Case, DATA, PROGRAM, RESOURCE, USAGE, program, safetensors, sparse

TRAIN = program("""data d { generate i in 0..4 { field x: f32[1] = randn([1]) } }
let net = Linear(1, 1)
train fit { data = d; epochs = 1; minimize mean(net(x)) using sgd(lr: 0.1) }""")
TABLE = program("""data d { field x: f32[1] = csv("PATH") }
let net = Linear(1, 1)
train fit { data = d; epochs = 1; minimize mean(net(x)) using sgd(lr: 0.1) }""")


def no_file(kind, path, make, reason):
    """In each place where a file may stand."""
    made = {} if make is None else {path: make}
    return [
        Case(f"{kind} as a program", {**made}, f"check {path}", RESOURCE, rf"{path}: error\[E0701\].*{reason}"),
        Case(f"{kind} as IR", {"a.nnir": lambda at: os.symlink(path, at), **made}, "emit graph a.nnir", RESOURCE, rf"E0701.*{reason}"),
        Case(f"{kind} that a program uses", {"a.nn": program(f'use "{path}"'), **made}, "check a.nn", RESOURCE, rf"E0701.*{reason}"),
        Case(f"{kind} as data", {"a.nn": TABLE.replace("PATH", path), **made}, "train a.nn --out out", RESOURCE, rf"E0701.*{reason}"),
        Case(f"{kind} as weights", {"a.nn": TRAIN, **made}, f"train a.nn --out out --weights {path}", RESOURCE, rf"E0701.*{reason}"),
    ]


def trained(name, options, code, message):
    return Case(name, {"a.nn": TRAIN}, f"train a.nn --quiet {options}", code, message)


def given(name, value, code, message):
    return Case(f"input: {name}", {"a.nn": program("fn f(x: f32[N]) -> f32 = sum(x)")}, f"run a.nn f --input 'x={value}'", code, message)


CASES = [
    *no_file("a directory", "folder", os.mkdir, "directory"),
    *no_file("a FIFO", "fifo", os.mkfifo, "regular file"),
    *no_file("an endless device", "/dev/zero", None, "regular file"),
    *no_file("nothing", "absent", None, "No such file"),
    Case("a link to itself as a program", {"loop.nn": lambda at: os.symlink(at, at)}, "check loop.nn", RESOURCE, r"E0701.*symbolic links"),
    Case("1 GiB as a program", {"a.nn": sparse(1 << 30, b"nn 1\n")}, "check a.nn", RESOURCE, r"E0701.*16 MiB"),
    Case("1 GiB as IR", {"a.nnir": sparse(1 << 30)}, "emit graph a.nnir", RESOURCE, r"E0701.*16 MiB"),
    trained("a device as the directory of results", "--out /dev/null", RESOURCE, r"E0702"),
    trained("a place in /proc as the directory of results", "--out /proc/nnc", RESOURCE, r"E0702"),
    trained("a seed beyond 64 bits", "--out out --seed 9223372036854775808", USAGE, r"--seed"),
    trained("a seed of nothing", "--out out --seed ''", USAGE, r"--seed"),
    trained("epochs beyond 64 bits", "--out out --epochs 99999999999999999999", USAGE, r"--epochs"),
    Case("epochs whose steps are beyond 64 bits", {"a.nn": TRAIN.replace("epochs = 1", "batch = 2")},
         "train a.nn --quiet --out out --epochs 9223372036854775807", PROGRAM, r"E0406.*64 bits"),
    trained("no epochs", "--out out --epochs 0", USAGE, r"--epochs"),
    trained("a billion threads", "--out out --threads 1000000000", USAGE, r"--threads"),
    trained("50,000 brackets as a setting", "--out out --set 'a=" + "(" * 50_000 + "'", PROGRAM, r"E0\d\d\d"),
    given("50,000 brackets", "[" * 50_000, DATA, r"E0508"),
    given("50,000 lists in one another", "[" * 50_000 + "]" * 50_000, DATA, r"E0508"),
    given("a ragged list", "[[1, 2], [3]]", DATA, r"E0508"),
    Case("input: an int beyond 63 bits", {"a.nn": program("fn f(x: i64) -> i64 = x")}, "run a.nn f --input x=18446744073709551615", DATA, r"E0508"),
    given("text", "[1, two]", DATA, r"E0508"),
    Case("a replay of random bytes", {"r": random.Random(1).randbytes(1 << 16)}, "replay r", DATA, r"E0511"),
    Case("a replay that is weights", {"r": safetensors({})}, "replay r", DATA, r"E0511"),
    Case("a checkpoint of random bytes", {"a.nn": TRAIN, "out/checkpoint": random.Random(1).randbytes(1 << 16)}, "train a.nn --out out --resume --quiet",
         DATA, r"out/checkpoint: error\[E0509\]"),
    Case("a checkpoint that is a directory", {"a.nn": TRAIN, "out/checkpoint": os.mkdir}, "train a.nn --out out --resume --quiet", RESOURCE, r"E0701.*directory"),
    Case("a comparison with 100,000 brackets", {"a.nn": TRAIN, "b/metrics.jsonl": "[" * 100_000 + "\n\n"},
         "train a.nn --out out --report a.html --compare b --quiet", DATA, r"b/metrics.jsonl:1: error\[E0502\]"),
    Case("random bytes to inspect", {"r": random.Random(1).randbytes(1 << 16)}, "inspect r", DATA, r"error\[E0\d\d\d\]"),
    Case("a file with NUL to format", {"a.nn": "nn 1\nlet a =   1\0\n"}, "fmt a.nn", PROGRAM, r"E0102"),
    Case("100,000 brackets to format", {"a.nn": program("let a =   " + "(" * 100_000)}, "fmt a.nn", PROGRAM, r"E01\d\d"),
]
