#!/usr/bin/env python3
"""What comes before training: time to the first step, and time to compile.

  start.py             from a fresh process to the end of its first training step, nnc and PyTorch in turn; then compile times
  start.py first       the former alone
  start.py compile     the latter alone: the character transformer with 1, 2, 4, ... blocks, from the start of the process to
                       machine code, with the growth from each to the next (2 where time grows as the program does)

Compile times are given in the processor's time as well, which other programs disturb less; their growth is that of the latter.
"""
import argparse
import functools
import json
import pathlib
import tempfile
import time

from measure import BENCH, PYTHON, ROOT, in_turn, run, timed_events
from tables import table

JOBS = ["spiral_b32_sgd", "chargpt_b12_adamw"]
BLOCKS = [1, 2, 4, 8, 16, 32, 64, 96]


def until(event, nnc, job, *settings):
    """(seconds, processor seconds) from the start of a process that trains one step until it reports an event."""
    with tempfile.TemporaryDirectory() as out:
        command = [nnc, "train", BENCH / "jobs" / f"{job}.nn", "--steps", "1", "--json", "--out", out, *settings]
        return next((seconds, processor) for line, seconds, processor in list(timed_events(command)) if line["event"] == event)


def torch_first_step(torch, job):
    """With `--seconds 0` the peer's trainer makes one step and ends."""
    start = time.perf_counter()
    run([PYTHON, torch, "--seconds", "0", job])
    return time.perf_counter() - start


def first_steps(args):
    rows = []
    for job in JOBS:
        until("epoch", args.nnc, job)  # whatever is kept of its code is there from now on
        contenders = {
            "nnc": lambda job=job: until("epoch", args.nnc, job, "--no-cache")[0],
            "again": lambda job=job: until("epoch", args.nnc, job)[0],
        }
        if args.torch.exists():
            contenders["PyTorch"] = functools.partial(torch_first_step, args.torch, job)
        rows.append({"job": job, **in_turn(args.rounds, contenders)})
    return rows


def first_steps_table(rows):
    return table(
        ["first step of", "nnc, s", "nnc with code kept, s", "PyTorch, s", "times as fast"],
        "<>>>>",
        [
            [row["job"], f"{row['nnc']:.3f}", f"{row['again']:.3f}"]
            + ([f"{row['PyTorch']:.3f}", f"{row['PyTorch'] / row['nnc']:.1f}"] if "PyTorch" in row else ["", ""])
            for row in rows
        ],
    )


def compile_times(args):
    """Ends early where a program takes longer than the patience given."""
    rows, last = [], None
    for blocks in BLOCKS:
        seconds, processor = until("start", args.nnc, "chargpt_b12_adamw", "--no-cache", "--set", f"depth={blocks}")
        rows.append({"blocks": blocks, "seconds": seconds, "processor_seconds": processor, "growth": processor / last if last else None})
        last = processor
        print(f"{blocks} blocks: {seconds:.2f} s", flush=True)
        if seconds > args.patience:
            break
    return rows


def compile_table(rows):
    return table(
        ["blocks", "s", "s of the processor", "growth"],
        ">>>>",
        [
            [
                str(row["blocks"]),
                f"{row['seconds']:.2f}",
                f"{row['processor_seconds']:.2f}",
                f"{row['growth']:.2f}" if row["growth"] else "",
            ]
            for row in rows
        ],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nnc", default=ROOT / "build/release/driver/nnc", type=pathlib.Path)
    parser.add_argument("--torch", default=ROOT.parent / "shared/bench/torch_train.py", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--patience", type=float, default=300, help="seconds of a compilation after which no larger one is tried")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("what", nargs="?", choices=["first", "compile"])
    args = parser.parse_args()
    results = {}
    if args.what != "compile":
        results["first_steps"] = first_steps(args)
        print(first_steps_table(results["first_steps"]) + "\n")
    if args.what != "first":
        results["compile"] = compile_times(args)
        print("\n" + compile_table(results["compile"]))
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
