#!/usr/bin/env python3
"""nnc against its peers, all in one run: A B A B ..., medians, ratios.

  bench/run.py [JOB ...]                      training jobs (files of bench/jobs) against PyTorch, and the spiral against C by hand
  bench/run.py --products [MxKxN ...]         single matrix products against OpenBLAS and oneDNN, in every layout
  bench/run.py --products --target-cpu haswell   the same with AVX2

First measures what the machine can do at most. Prints a table; `--markdown F` and `--json F` write it. A peer that is not installed
leaves its column empty. With several threads PyTorch's figure is that of its best number of threads.
"""
import argparse
import json
import pathlib

import products
import training
from measure import ROOT, find_torch, machine, machine_text
from tables import jobs_table


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=ROOT / "build/release", type=pathlib.Path, help="the build folder")
    parser.add_argument("--nnc", type=pathlib.Path, help="another nnc than the build folder's")
    parser.add_argument("--torch", default=ROOT.parent / "shared/bench/torch_train.py", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of PyTorch's measurement a round")
    parser.add_argument("--threads", type=lambda text: [int(count) for count in text.split(",")], default=[1, 2], help="1,2")
    parser.add_argument("--products", action="store_true", help="measure matrix products instead of jobs")
    parser.add_argument("--target-cpu", default="", help="of the products: an LLVM processor name")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    args.nnc = args.nnc or args.build / "driver/nnc"
    return args


def run_training(args, of_machine):
    find_torch(args)
    rows = [row for job in args.names or training.JOBS for row in training.measure_job(args, job, of_machine)]
    result, text = {"jobs": rows, "machine": of_machine}, jobs_table(rows)
    if not args.names:
        process = training.measure_process(args)
        result["process_seconds"] = process
        text += f"\n\nThe process of examples/spiral.nn, 100 epochs with results on disk: {process['nnc']:.3f} s"
        if "peer" in process:
            text += f"; `import torch` alone: {process['peer']:.3f} s"
    return result, text


def run_products(args, of_machine):
    limit, rows = products.measure_products(args)
    return {"products": rows, "limit_gflops": limit, "machine": of_machine}, products.report(limit, rows)


def main():
    args = arguments()
    of_machine = machine(args.build, args.threads)
    result, text = (run_products if args.products else run_training)(args, of_machine)
    text = machine_text(of_machine) + "\n\n" + text
    print(text)
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    if args.markdown:
        args.markdown.write_text(text + "\n")


if __name__ == "__main__":
    main()
