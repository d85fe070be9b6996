#!/usr/bin/env python3
"""nnc against PyTorch, both in one run: A B A B ..., medians, ratios.

  bench/run.py [--nnc build/release/nnc] [--rounds 5] [--threads 1] [--torch ../shared/bench/torch_train.py] [--json F] [--markdown F] [JOB ...]

Prints one row a job (a file of bench/jobs): microseconds a step of each, their ratio and the products' GFLOP/s of nnc. The last rows
time whole processes: `nnc train` on the spiral through 100 epochs with results on disk against `import torch`. Without PyTorch's
trainer or Debian's python3-torch the peer's columns stay empty.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's python3-torch
JOBS = ["spiral_b32_sgd", "spiral_b32_adam", "spiral_full_adam", "mnist_mlp_b128_adam", "wide_mlp_b256_sgd", "mnist_cnn_b64_adam"]


def run(command, **environment):
    env = {**os.environ, "OPENBLAS_CORETYPE": "SKYLAKEX", **environment}
    return subprocess.run([str(c) for c in command], check=True, env=env, capture_output=True, text=True).stdout


def last_event(output):
    return json.loads(output.strip().splitlines()[-1])


def nnc_step(args, job):
    """Microseconds a step of one training run."""
    with tempfile.TemporaryDirectory() as out:
        done = last_event(run([args.nnc, "train", BENCH / "jobs" / f"{job}.nn", "--json", "--threads", args.threads, "--out", out]))
    return done["seconds"] / done["steps"] * 1e6


def torch_step(args, job):
    """Microseconds a step and floating-point operations a step."""
    result = last_event(run([PYTHON, args.torch, "--threads", args.threads, "--seconds", args.seconds, job], OMP_NUM_THREADS=str(args.threads)))
    return result["us_per_step"], result["gflops"] * 1e3 * result["us_per_step"]


def process_seconds(command):
    start = time.perf_counter()
    run(command)
    return time.perf_counter() - start


def measure(args, job):
    ours, theirs, flops = [], [], None
    for _ in range(args.rounds):
        ours.append(nnc_step(args, job))
        if args.torch:
            us, flops = torch_step(args, job)
            theirs.append(us)
    us = statistics.median(ours)
    row = {"job": job, "threads": args.threads, "us_per_step": us}
    if theirs:
        peer = statistics.median(theirs)
        row |= {"peer": "PyTorch", "peer_us_per_step": peer, "ratio": peer / us, "gflops": flops / us * 1e-3}
    return row


def measure_process(args):
    ours, theirs = [], []
    for _ in range(args.rounds):
        with tempfile.TemporaryDirectory() as out:
            ours.append(process_seconds([args.nnc, "train", ROOT / "examples" / "spiral.nn", "--quiet", "--out", out]))
        if args.torch:
            theirs.append(process_seconds([PYTHON, "-c", "import torch"]))
    row = {"job": "process: spiral.nn, 100 epochs", "threads": args.threads, "us_per_step": statistics.median(ours) * 1e6}
    if theirs:
        peer = statistics.median(theirs) * 1e6
        row |= {"peer": "import torch", "peer_us_per_step": peer, "ratio": peer / row["us_per_step"]}
    return row


def markdown(rows):
    def cell(row, key, form):
        return form.format(row[key]) if key in row else ""

    lines = ["| job | threads | nnc, µs | peer | peer, µs | times as fast | GFLOP/s |", "|---|--:|--:|---|--:|--:|--:|"]
    for row in rows:
        lines.append(
            f"| {row['job']} | {row['threads']} | {row['us_per_step']:,.1f} | {row.get('peer', '')} | {cell(row, 'peer_us_per_step', '{:,.1f}')} "
            f"| {cell(row, 'ratio', '{:.1f}')} | {cell(row, 'gflops', '{:.1f}')} |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nnc", default=ROOT / "build/release/driver/nnc", type=pathlib.Path)
    parser.add_argument("--torch", default=ROOT.parent / "shared/bench/torch_train.py", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of PyTorch's measurement a round")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("jobs", nargs="*")
    args = parser.parse_args()
    peer = args.torch.exists() and subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode == 0
    if not peer:
        print("no PyTorch to measure against: its columns stay empty")
        args.torch = None
    rows = [measure(args, job) for job in args.jobs or JOBS]
    if not args.jobs:
        rows.append(measure_process(args))
    print(markdown(rows))
    if args.json:
        args.json.write_text(json.dumps({"jobs": rows}, indent=1) + "\n")
    if args.markdown:
        args.markdown.write_text(markdown(rows) + "\n")


if __name__ == "__main__":
    main()
