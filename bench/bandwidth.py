#!/usr/bin/env python3
"""Kernels of little arithmetic on tables that no cache holds, against the machine's stream: `bandwidth.py [--json FILE] [RUN ...]`.

Each run of bench/jobs/stream.nn is profiled on one thread. A kernel's bytes are those that must move, each once; the stream loop is the
triad a = b + s*c, whose store reads the line before it writes it, so that a kernel which changes a tensor in place may exceed it.
"""
import argparse
import json
import pathlib

from measure import BENCH, ROOT, run
from tables import table

RUNS = ["update_sgd", "update_momentum", "update_adam", "update_adamw", "elementwise", "softmax_rows", "layer_norm_rows"]
LEAST_SHARE = 0.05  # of a step: what takes less is no table's work


def profile(nnc, name, steps):
    lines = run([nnc, "profile", BENCH / "jobs/stream.nn", name, "--steps", steps, "--json"]).splitlines()
    return [json.loads(line) for line in lines]


def kernels(args, name):
    events = profile(args.nnc, name, args.steps)
    levels = {each["level"]: each["bytes_per_second"] for each in events[0]["levels"]}
    for kernel in (event for event in events if event["event"] == "kernel"):
        if kernel["share"] >= LEAST_SHARE:
            rate = kernel["bytes"] / kernel["seconds"]
            yield {"run": name, "kernel": kernel["kernel"], "ops": kernel["fused"], "us": kernel["seconds"] * 1e6, "gbs": rate * 1e-9, "of_stream": rate / levels["memory"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nnc", default=ROOT / "build/release/driver/nnc", type=pathlib.Path)
    parser.add_argument("--steps", default=10, type=int)
    parser.add_argument("--json", type=pathlib.Path, help="write the rows here, too")
    parser.add_argument("runs", nargs="*", default=RUNS)
    args = parser.parse_args()
    rows = [row for name in args.runs for row in kernels(args, name)]
    print(
        table(
            ["run", "kernel", "ops", "µs", "GB/s", "of the stream"],
            "<><>>>",
            [[row["run"], row["kernel"], row["ops"][:40], f"{row['us']:,.0f}", f"{row['gbs']:.1f}", f"{row['of_stream']:.2f}"] for row in rows],
        )
    )
    if args.json:
        args.json.write_text(json.dumps({"kernels": rows}, indent=1))


if __name__ == "__main__":
    main()
