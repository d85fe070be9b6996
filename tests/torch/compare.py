#!/usr/bin/env python3
"""compare.py NNC FILE.nn WORK [--errors]: runs every `fn NAME_case` and every `train` block of the file and compares with the stored
results of PyTorch in references/. Needs neither PyTorch nor numpy. `--errors` prints the largest error of each result.

references/FILE.safetensors holds, for each `fn`, its inputs `NAME_case/INPUT` and its results `NAME_case/result.0`, in nnc's names; the
same `fn` on other inputs is `NAME_case@WHAT/...`. For each `train` block it holds `RUN/curve.loss` and `RUN/curve.METRIC`, one number a
step, before that step's update, and `RUN/final.PARAMETER`, after the last. references/FILE.weights.safetensors is a state dict of PyTorch,
from which both start. docs/testing.md says how they are made and where the tolerances come from.
"""
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import npy
import safetensors

# Shares of the largest magnitude in a tensor. One rounding of an f32 is 2^-24 = 6e-8: the evaluator rounds inputs, constants and results only,
# and so do the stored references; compiled code rounds in every op, the sums here have up to 50 terms, and ten steps of training hand their
# roundings on. Errors that are measured stay below a third of these.
TOLERANCE = {"eval": 4e-7, "jit": 2e-6}
TRAINING = 4e-6
FLOOR = 2e-7  # of a tensor whose exact values are all (nearly) zero: f32 cancels numbers of order one


def largest(numbers):
    return max((abs(number) for number in numbers), default=0.0)


class Comparison:
    def __init__(self, nnc, source, work, show_errors):
        self.nnc, self.source, self.work, self.show_errors = nnc, source, work, show_errors
        folder = source.parent / "references"
        self.tensors = safetensors.read(folder / f"{source.stem}.safetensors")
        weights = folder / f"{source.stem}.weights.safetensors"
        self.weights = ["--weights", str(weights)] if weights.exists() else []
        self.failures = []

    def run_nnc(self, *arguments):
        command = [self.nnc, *map(str, arguments)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stdout}")

    def stored(self, case, kind):
        """The reference tensors `case/kind.NAME`, by NAME."""
        prefix = f"{case}/{kind}."
        return {name[len(prefix) :]: tensor for name, tensor in self.tensors.items() if name.startswith(prefix)}

    def same(self, what, shape, got, wanted, share):
        """Whether `got` is `wanted` within `share` of the largest magnitude, or within FLOOR."""
        _, wanted_shape, numbers = wanted
        if list(shape) != list(wanted_shape):
            self.failures.append(f"{what} has shape {list(shape)}, PyTorch's {list(wanted_shape)}")
            return
        self.within(what, got, numbers, max(share * largest(numbers), FLOOR))

    def within(self, what, got, numbers, bound):
        errors = [abs(a - b) for a, b in zip(got, numbers)]
        worst = max(range(len(errors)), key=lambda i: (errors[i] != errors[i], errors[i]), default=None)
        if worst is None:
            return
        if self.show_errors:
            print(f"{what}: {errors[worst] / bound:.3f} of the tolerance {bound:.2e}")
        if not errors[worst] <= bound:  # a NaN fails, too
            self.failures.append(f"{what}: element {worst} is {got[worst]!r}, PyTorch's {numbers[worst]!r}, tolerance {bound:.2e}")

    def function(self, case, backend):
        inputs = []
        for name, tensor in self.tensors.items():
            owner, _, field = name.partition("/")
            if owner == case and not re.match(r"(result|tolerance)\.", field):
                path = self.work / f"{field}.npy"
                npy.write(path, *tensor)
                inputs += ["--input", f"{field}={path}"]
        for old in self.work.glob("out*.npy"):
            old.unlink()
        weights = self.weights
        self.run_nnc("run", self.source, case.partition("@")[0], *weights, *inputs, "--backend", backend, "--output", self.work / "out.npy")
        results = self.stored(case, "result")
        tolerances = self.stored(case, "tolerance")
        for name, wanted in results.items():
            what = f"{case} ({backend}) result.{name}"
            shape, got = npy.read(self.work / ("out.npy" if len(results) == 1 else f"out.result.{name}.npy"))
            if name in tolerances:
                self.within(what, got, wanted[2], tolerances[name][2][0])
            else:
                self.same(what, shape, got, wanted, TOLERANCE[backend])

    def training(self, runs):
        out = self.work / "trained"
        self.run_nnc("train", self.source, *self.weights, "--out", out, "--quiet")
        for run in runs:
            folder = out / run if len(runs) > 1 else out
            steps = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
            tolerances = self.stored(run, "tolerance")
            for name, wanted in self.stored(run, "curve").items():
                got = [step["loss"] if name == "loss" else step["metrics"][name] for step in steps]
                if name in tolerances:
                    self.within(f"{run} {name}", got, wanted[2], tolerances[name][2][0])
                else:
                    self.same(f"{run} {name}", [len(got)], got, wanted, TRAINING)
            trained = safetensors.read(folder / "weights.safetensors")
            for name, wanted in self.stored(run, "final").items():
                _, shape, got = trained[name]
                self.same(f"{run} {name} after {len(steps)} steps", shape, got, wanted, TRAINING)

    def all(self):
        text = self.source.read_text()
        declared = set(re.findall(r"^fn (\w+_case)\b", text, re.M))
        runs = re.findall(r"^train (\w+)", text, re.M)
        owners = dict.fromkeys(name.partition("/")[0] for name in self.tensors if re.search(r"/(result|curve|final)\.", name))
        cases = [owner for owner in owners if owner not in runs]
        for name in declared ^ {case.partition("@")[0] for case in cases} | set(runs) - set(owners):
            self.failures.append(f"`{name}` is either only in {self.source.name} or only in its references")
        if not self.failures:
            for case in cases:
                for backend in TOLERANCE:
                    self.function(case, backend)
            if runs:
                self.training(runs)
        return self.failures


def main():
    nnc, source, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    work.mkdir(parents=True, exist_ok=True)
    failures = Comparison(nnc, source, work, "--errors" in sys.argv).all()
    print("\n".join(failures) or f"{source.name} agrees with PyTorch")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
