"""Running programs and timing contenders in turn. Everything in bench/ measures through this."""
import json
import os
import pathlib
import statistics
import subprocess
import time

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's python3-torch


def cpu_info(key):
    """The first value of a key of /proc/cpuinfo, or ""."""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


# OpenBLAS 0.3.21 takes processors newer than itself for old ones, without AVX-512.
OPENBLAS = {"OPENBLAS_CORETYPE": "SKYLAKEX"} if "avx512f" in cpu_info("flags").split() else {}


def environment(threads=1):
    return {**OPENBLAS, **os.environ, "OMP_NUM_THREADS": str(threads)}


def run(command, threads=1):
    command = [str(part) for part in command]
    return subprocess.run(command, check=True, env=environment(threads), capture_output=True, text=True).stdout


def last_json(output):
    return json.loads(output.strip().splitlines()[-1])


def timed_events(command):
    """(event, seconds, processor seconds) of each JSON line that `nnc ... --json` prints, counted from the start of the process. The
    processor's time is what to compare on a machine that others use as well."""
    start = time.perf_counter()
    command = [str(part) for part in command]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            yield json.loads(line), time.perf_counter() - start, processor_seconds(process.pid)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}")


def processor_seconds(pid):
    """Of a process not yet waited for, by the clock that clock_getcpuclockid(3) would name."""
    return time.clock_gettime(~pid << 3 | 2)


def find_torch(args):
    """Clears `args.torch`, the peer's script, where it or PyTorch is not there."""
    if not args.torch.exists() or subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode:
        print("no PyTorch to measure against: its columns stay empty")
        args.torch = None


def process_seconds(command):
    start = time.perf_counter()
    run(command)
    return time.perf_counter() - start


def in_turn(rounds, contenders):
    """Medians of what the contenders {key: function} return, called A B A B ..., so that a noisy machine troubles all alike."""
    samples = {key: [] for key in contenders}
    for _ in range(rounds):
        for key, contender in contenders.items():
            samples[key].append(contender())
    return {key: statistics.median(values) for key, values in samples.items()}


def machine(build, threads):
    """What this machine can do at most, for each number of threads; without the program that measures it, its name alone."""
    program = pathlib.Path(build, "bench", "nnc_bench_limits")
    limits = [last_json(run([program, count])) for count in threads] if program.exists() else []
    return {"cpu": cpu_info("model name"), "cores": os.cpu_count(), "limits": limits}


def machine_text(of_machine):
    lines = [f"{of_machine['cpu']}, {of_machine['cores']} cores."]
    for limit in of_machine["limits"]:
        lines.append(
            f"Limits of {limit['threads']} thread{'s' if limit['threads'] > 1 else ''}: {limit['fma_gflops']:,.0f} GFLOP/s of multiply-adds, "
            f"{limit['l2_gbs']:,.0f} GB/s in the second-level cache, {limit['memory_gbs']:,.1f} GB/s from memory."
        )
    return "\n".join(lines)
