#!/usr/bin/env python3
"""Memory of training: the peak resident size of a process that trains a few steps, above that of the bare program (`nnc --version`) or of
the interpreter after `import torch`.

  bench/memory.py [JOB ...]

nnc compiles anew (`--no-cache`); both run on one thread. The transformer's batch is 64 here, set in PyTorch's script by replacing its text.
Prints a table; `--markdown F` and `--json F` write it. Without PyTorch its columns stay empty.
"""
import argparse
import functools
import json
import os
import pathlib
import subprocess
import tempfile

from measure import BENCH, PYTHON, ROOT, environment, find_torch, in_turn, last_json, run
from tables import memory_table

STEPS = 4
# Of each job: nnc's settings, and the text of PyTorch's script to replace, with what.
JOBS = {
    "mnist_cnn_b64_adam": ([], ("", "")),
    "chargpt_b12_adamw": (["--set", "samples=64"], ("V, d, h, L, T, B = 65, 128, 4, 4, 64, 12", "V, d, h, L, T, B = 65, 128, 4, 4, 64, 64")),
}
# Runs PyTorch's script for a few steps of one job and prints by how many bytes the process grew after the import.
TORCH = """
import json, resource, sys
import torch
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
base = peak()
source, (old, new, job) = open(sys.argv[1]).read(), sys.argv[2:5]
if old not in source: sys.exit("the script lacks " + old)
sys.argv = [sys.argv[1], "--seconds", "0.01", job]
exec(compile(source.replace(old, new), sys.argv[0], "exec"), {"__name__": "__main__", "__file__": sys.argv[0]})
print(json.dumps({"bytes": peak() - base}))
"""


def peak_bytes(command):
    process = subprocess.Popen([str(part) for part in command], env=environment(), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: exit {process.returncode}")
    return usage.ru_maxrss * 1024


def nnc_bytes(nnc, job):
    settings, _ = JOBS[job]
    with tempfile.TemporaryDirectory() as out:
        command = [nnc, "train", BENCH / "jobs" / f"{job}.nn", "--steps", STEPS, "--no-cache", "--quiet", "--out", out, *settings]
        return peak_bytes(command) - peak_bytes([nnc, "--version"])


def torch_bytes(torch, job):
    _, replaced = JOBS[job]
    return last_json(run([PYTHON, "-c", TORCH, torch, *replaced, job]))["bytes"]


def row(job, nnc, torch):
    """A line of the table. `torch` and what follows from it are None without PyTorch."""
    return {"job": job, "nnc_bytes": nnc, "torch_bytes": torch, "ratio": nnc / torch if torch else None}


def measure_job(args, job):
    contenders = {"nnc": functools.partial(nnc_bytes, args.nnc, job)}
    if args.torch:
        contenders["PyTorch"] = functools.partial(torch_bytes, args.torch, job)
    medians = in_turn(args.rounds, contenders)
    return row(job, medians["nnc"], medians.get("PyTorch"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nnc", default=ROOT / "build/release/driver/nnc", type=pathlib.Path)
    parser.add_argument("--torch", default=ROOT.parent / "shared/bench/torch_train.py", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("jobs", nargs="*", metavar="JOB", help=", ".join(JOBS))
    args = parser.parse_args()
    find_torch(args)
    rows = [measure_job(args, job) for job in args.jobs or JOBS]
    text = memory_table(rows)
    print(text)
    if args.json:
        args.json.write_text(json.dumps({"jobs": rows}, indent=1) + "\n")
    if args.markdown:
        args.markdown.write_text(text + "\n")


if __name__ == "__main__":
    main()
