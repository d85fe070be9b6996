#!/usr/bin/env python3
"""Time of a training step against its operations, for multilayer perceptrons: `scale.py [batch|width|depth ...]`.

Each sweep changes one size of bench/jobs/scaled_mlp.nn. The last column compares neighbours: the growth of time over the growth of
operations, 1 where a step costs what it computes, less where a fixed cost is shared out, more where something grows beside the
arithmetic. Times are the processor's, which other programs disturb least, on one thread. `compile` is everything before training.
"""
import argparse
import json
import pathlib
import tempfile

from measure import BENCH, ROOT, timed_events
from tables import table
from training import mlp

BATCHES = 4  # in an epoch of scaled_mlp.nn
SWEEPS = {
    "batch": [{"batch": 2**i, "width": 256, "depth": 4} for i in range(5, 13)],
    "width": [{"batch": 128, "width": 2**i, "depth": 4} for i in range(6, 13)],
    "depth": [{"batch": 64, "width": 128, "depth": depth} for depth in [2, 5, 10, 20, 50, 100, 200]],
}


def flops(sizes):
    return mlp([sizes["width"]] * (sizes["depth"] + 1) + [10], sizes["batch"])


def measure(args, sizes):
    """Seconds a step, seconds of compilation, both of the processor. Trains as long as asked at 50 GFLOP/s, and 12 steps at least."""
    epochs = max(3, min(20_000, int(args.seconds * 50e9 / (BATCHES * flops(sizes)))))
    settings = [word for name, value in sizes.items() for word in ("--set", f"{name}={value}")]
    with tempfile.TemporaryDirectory() as out:
        command = [args.nnc, "train", BENCH / "jobs/scaled_mlp.nn", "--json", "--out", out, "--epochs", epochs, *settings]
        at = {event["event"]: processor for event, _, processor in timed_events(command)}
    return (at["done"] - at["start"]) / (BATCHES * epochs), at["start"]


def sweep(args, name):
    rows, last = [], None
    for sizes in SWEEPS[name]:
        seconds, compile_seconds = measure(args, sizes)
        growth = seconds / last[0] / (flops(sizes) / last[1]) if last else None
        last = seconds, flops(sizes)
        gflops = last[1] / seconds * 1e-9
        rows.append({**sizes, "us_per_step": seconds * 1e6, "gflops": gflops, "growth": growth, "compile_seconds": compile_seconds})
        print(f"{name} {sizes[name]}: {seconds * 1e6:,.1f} µs", flush=True)
    return rows


def sweep_table(rows):
    return table(
        ["batch", "width", "depth", "µs a step", "GFLOP/s", "time to operations", "compile, s"],
        ">>>>>>>",
        [
            [
                str(row["batch"]),
                str(row["width"]),
                str(row["depth"]),
                f"{row['us_per_step']:,.1f}",
                f"{row['gflops']:.1f}",
                f"{row['growth']:.2f}" if row["growth"] else "",
                f"{row['compile_seconds']:.1f}",
            ]
            for row in rows
        ],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nnc", default=ROOT / "build/release/driver/nnc", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=1.0, help="of training a point, about")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("sweeps", nargs="*", metavar="SWEEP", help="batch, width, depth; default: all")
    args = parser.parse_args()
    results = {name: sweep(args, name) for name in args.sweeps or SWEEPS}
    for rows in results.values():
        print("\n" + sweep_table(rows))
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
