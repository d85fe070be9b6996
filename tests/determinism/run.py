#!/usr/bin/env python3
"""run.py NNC [--full]: one seed gives one SHA-256 of the final weights, on 1, 2, 3, 4 and 8 threads, by code compiled now, by code from the
cache, and resumed on another number of threads; whatever the working directory and the language of the system. In full each way on each
number of threads three times over, which takes minutes; else each number of threads with two of the ways."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROGRAMS = sorted((pathlib.Path(__file__).resolve().parent / "Inputs").glob("*.nn"))
THREADS = (1, 2, 3, 4, 8)
HALF = "1"  # epochs, of 2


class Runs:
    def __init__(self, nnc, program, work):
        self.nnc, self.program, self.work = nnc, program, work

    def train(self, threads, *options, out="out", file=None, cwd=None, **variables):
        command = [self.nnc, "train", str(file or self.program), "--quiet", "--threads", str(threads), "--out", str(self.work / out), *options]
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.work / "cache"), **variables}
        subprocess.run(command, cwd=cwd, env=environment, check=True)
        return hashlib.sha256((self.work / out / "weights.safetensors").read_bytes()).hexdigest()

    def compiled(self, threads):
        shutil.rmtree(self.work / "cache", ignore_errors=True)
        return self.train(threads)

    def cached(self, threads):  # by what `compiled` left
        return self.train(threads)

    def resumed(self, threads):
        self.train(THREADS[-1 - THREADS.index(threads)], "--epochs", HALF)
        return self.train(threads, "--resume")

    def abroad(self, threads):
        folder = self.work / "a folder"
        folder.mkdir(exist_ok=True)
        file = os.path.relpath(self.program, folder)
        return self.train(threads, cwd=folder, file=file, LANG="de_DE.UTF-8", LC_ALL=other_locale(), TZ="Asia/Kathmandu")


def other_locale():
    """One that is installed, if any is; German writes 1,5 for 1.5."""
    result = subprocess.run(["locale", "-a"], capture_output=True, text=True)
    installed = [name for name in result.stdout.split() if name not in ("C", "POSIX", "C.UTF-8", "C.utf8")]
    return next((name for name in installed if name.startswith("de")), installed[0] if installed else "de_DE.UTF-8")


def ways(runs, full):
    """What is to be tried: (name, way, threads)."""
    for repeat in range(3 if full else 1):
        for place, threads in enumerate(THREADS):
            chosen = (runs.compiled, runs.cached, runs.resumed) if full else (runs.compiled, (runs.cached, runs.resumed)[place % 2])
            for way in chosen:
                yield f"{way.__name__}, {threads} threads, {repeat + 1}", way, threads
    yield "abroad", runs.abroad, 2


def parallel_kernels(nnc, program):
    kernels = subprocess.run([nnc, "emit", "kernels", str(program), "--fn", "fit.step", "--threads", "8"], capture_output=True, text=True, check=True)
    return kernels.stdout.count("on 8 threads")


def check(nnc, program, full):
    """What each way of running gives, where that is not one hash."""
    assert parallel_kernels(nnc, program) > 5, f"{program.stem} is too small to say anything of threads"
    with tempfile.TemporaryDirectory(prefix="nnc_determinism_") as work:
        runs = Runs(nnc, program, pathlib.Path(work))
        found = {name: way(threads) for name, way, threads in ways(runs, full)}
    hashes = set(found.values())
    print(f"{program.stem}: {len(found)} ways, {len(hashes)} hash: {min(hashes)}", flush=True)
    return [f"{program.stem}, {name}: {digest}" for name, digest in found.items()] if len(hashes) > 1 else []


def main():
    nnc, full = os.path.abspath(sys.argv[1]), "--full" in sys.argv
    wrong = [line for program in PROGRAMS for line in check(nnc, program, full)]
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
