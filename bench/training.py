"""Whole training runs: nnc against PyTorch, and the spiral against a trainer written by hand in C."""
import functools
import pathlib
import tempfile

from measure import BENCH, PYTHON, ROOT, in_turn, last_json, process_seconds, run


def mlp(widths, batch):
    """Floating-point operations of a step: 2 for each multiply-add, forward and both gradients; the first input needs none."""
    return sum(2 * batch * n * m * (3 if i else 2) for i, (n, m) in enumerate(zip(widths, widths[1:])))


def convnet(batch):
    return 2 * batch * (28 * 28 * 9 * 32 * 2 + 14 * 14 * 9 * 32 * 64 * 3 + 3 * (64 * 49 * 128 + 128 * 10))


def lstm(batch, time, inputs, hidden):
    return 2 * batch * time * 4 * hidden * (inputs * 2 + hidden * 3)


def transformer(batch, time, width, depth, vocabulary):
    return 6 * batch * time * (depth * 12 * width**2 + width * vocabulary) + 6 * depth * batch * 2 * time**2 * width


# The files of bench/jobs with their operations a step, as in the peer's trainer. Only contractions count.
JOBS = {
    "spiral_b32_sgd": mlp([2, 100, 3], 32),
    "spiral_b32_adam": mlp([2, 100, 3], 32),
    "spiral_full_adam": mlp([2, 100, 3], 3000),
    "mnist_mlp_b128_adam": mlp([784, 512, 256, 10], 128),
    "wide_mlp_b256_sgd": mlp([1024] * 5 + [10], 256),
    "mnist_cnn_b64_adam": convnet(64),
    "lstm_t50_b32_adam": lstm(32, 50, 32, 128),
    "chargpt_b12_adamw": transformer(12, 64, 128, 4, 65),
}


def nnc_step(nnc, job, threads):
    """Microseconds a step of one training run, without its compilation."""
    with tempfile.TemporaryDirectory() as out:
        done = last_json(run([nnc, "train", BENCH / "jobs" / f"{job}.nn", "--json", "--threads", threads, "--out", out]))
    return done["seconds"] / done["steps"] * 1e6


def torch_step(torch, job, threads, seconds):
    return last_json(run([PYTHON, torch, "--threads", threads, "--seconds", seconds, job], threads))["us_per_step"]


def c_step(program):
    return last_json(run([program]))["us_per_step"]


def row(job, threads, us, peer, peer_us, machine):
    """A line of the table. `peer` and what follows from it are None without a peer, the share of the limit without a limit."""
    gflops = JOBS[job] / us * 1e-3
    limit = next((limit["fma_gflops"] for limit in machine["limits"] if limit["threads"] == threads), None)
    return {
        "job": job,
        "threads": threads,
        "us_per_step": us,
        "peer": peer,
        "peer_us_per_step": peer_us,
        "ratio": peer_us / us if peer else None,
        "gflops": gflops,
        "limit_fraction": gflops / limit if limit else None,
    }


def measure_job(args, job, machine):
    """A row for each number of threads. The peer may use fewer threads than nnc where it is faster so."""
    contenders = {}
    for threads in args.threads:
        contenders["nnc", threads] = functools.partial(nnc_step, args.nnc, job, threads)
    if args.torch:
        for threads in sorted({1, *args.threads}):
            contenders["PyTorch", threads] = functools.partial(torch_step, args.torch, job, threads, args.seconds)
    by_hand = pathlib.Path(args.build, "bench", "nnc_bench_spiral_c")
    if job == "spiral_b32_sgd" and by_hand.exists():
        contenders["C", 1] = functools.partial(c_step, by_hand)
    medians = in_turn(args.rounds, contenders)
    rows = []
    for threads in args.threads:
        us = medians["nnc", threads]
        peers = [medians[key] for key in medians if key[0] == "PyTorch" and key[1] <= threads]
        rows.append(row(job, threads, us, "PyTorch" if peers else None, min(peers, default=None), machine))
        if threads == 1 and ("C", 1) in medians:
            rows.append(row(job, threads, us, "C", medians["C", 1], machine))
    return rows


def measure_process(args):
    """100 epochs of the spiral with results on disk, against the time that PyTorch takes to be imported."""

    def ours():
        with tempfile.TemporaryDirectory() as out:
            return process_seconds([args.nnc, "train", ROOT / "examples" / "spiral.nn", "--quiet", "--out", out])

    contenders = {"nnc": ours}
    if args.torch:
        contenders["peer"] = lambda: process_seconds([PYTHON, "-c", "import torch"])
    return in_turn(args.rounds, contenders)
