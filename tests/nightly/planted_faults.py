#!/usr/bin/env python3
"""Does the battery of tests catch faults? planted_faults.py [--work FOLDER] [--check] [--only TEXT].

Plants the faults of faults.py one at a time in a copy of the sources, builds what it changes, and runs the tests of that folder and of
those above it until one fails. Results are kept in FOLDER/results.json (default build/planted), so that a run that was stopped goes on.
Prints a table; exits with 1 where fewer than 48 of the 50 were caught. --check only verifies that every fault still fits the sources."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from faults import FAULTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
WANTED, NEEDED = 50, 48
TIMEOUT = 600  # seconds: a test that does not end has failed
LIT = "/usr/lib/llvm-19/build/utils/lit/lit.py"


def unfit(root):
    """What does not fit the sources any more."""
    for fault in FAULTS:
        count = (root / fault.path).read_text().count(fault.old)
        if count != 1 or fault.old == fault.new:
            yield f"{fault.path}: the text of \"{fault.wrong}\" occurs {count} times"
    if len(FAULTS) != WANTED:
        yield f"there are {len(FAULTS)} faults, not {WANTED}"


def copy_sources(tree):
    """Brings the copy up to date; files that are the same keep their time, so that little is built again."""
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in names.splitlines():
        source, target = ROOT / name, tree / name
        if not source.is_file() or (target.exists() and target.read_bytes() == source.read_bytes()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


class Battery:
    """The tests, on a build of the copy."""

    # Nearest first: the tests of a folder, then of those that use it.
    OF_FOLDER = {
        "ir": ["ir", "passes", "random", "codegen", "frontend", "text"],
        "passes": ["passes", "random", "codegen", "frontend", "text"],
        "codegen": ["random", "codegen", "runtime", "text"],
        "frontend": ["frontend", "runtime", "text"],
        "runtime": ["runtime", "text"],
    }
    ALL = ["ir", "passes", "frontend", "runtime", "random", "codegen", "text"]

    def __init__(self, work):
        self.tree = work / "tree"
        self.build = self.tree / "build/release"  # as the sources have it, so that ccache knows most of it
        self.environment = dict(os.environ, NNC=str(self.build / "driver/nnc"), FILECHECK="/usr/lib/llvm-19/bin/FileCheck",
                                NNC_LIT_WORK=str(work / "lit"))

    def configure(self):
        if not (self.build / "build.ninja").exists():
            subprocess.run(["cmake", "--preset", "release"], cwd=self.tree, check=True, stdout=subprocess.DEVNULL)

    def make(self, tests):
        programs = {"random": ["nnc_random_programs"], "text": ["nnc"]}
        targets = [target for test in tests for target in programs.get(test, [f"test_{test}"])]
        run = subprocess.run(["ninja", "-C", self.build, *targets], capture_output=True, text=True)
        return "" if run.returncode == 0 else run.stdout[-2000:]

    def passes(self, test):
        if test == "text":
            command = [sys.executable, LIT, "--max-failures=1", "-q", str(self.tree / "tests")]
        elif test == "random":
            program = self.build / "tests/random/nnc_random_programs"
            command = [sys.executable, str(self.tree / "tests/random/run.py"), str(program), "--count", "150"]
        else:
            command = [str(self.build / f"tests/{test}/test_{test}"), "--gtest_brief=1", "--gtest_fail_fast"]
        try:
            return subprocess.run(command, env=self.environment, capture_output=True, timeout=TIMEOUT).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def first_failure(self, tests):
        """The test that fails first; None where all pass. What a fault breaks first is built first."""
        for test in tests:
            problem = self.make([test])
            if problem:
                raise SystemExit(f"does not build:\n{problem}")
            if not self.passes(test):
                return test
        return None


def plant(battery, fault):
    """What catches a fault: the name of a test, or None."""
    path = battery.tree / fault.path
    text = path.read_text()
    path.write_text(text.replace(fault.old, fault.new))
    try:
        return battery.first_failure(Battery.OF_FOLDER[fault.path.split("/")[0]])
    finally:
        path.write_text(text)


def run(work, only):
    battery = Battery(work)
    copy_sources(battery.tree)
    battery.configure()
    path = work / "results.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    if not results:
        failed = battery.first_failure(Battery.ALL)
        if failed:
            raise SystemExit(f"{failed} fails without any fault")
    for number, fault in enumerate(FAULTS, 1):
        if fault.wrong in results or only not in fault.path + fault.wrong:
            continue
        start = time.monotonic()
        results[fault.wrong] = plant(battery, fault)
        path.write_text(json.dumps(results, indent=1))
        print(f"{number:2} {fault.path}: {fault.wrong}: {results[fault.wrong] or 'NOT CAUGHT'} ({time.monotonic() - start:.0f} s)", flush=True)
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/planted")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    problems = list(unfit(ROOT))
    if problems:
        print("\n".join(problems))
        return 1
    if arguments.check:
        print(f"{len(FAULTS)} faults fit the sources")
        return 0
    arguments.work.mkdir(parents=True, exist_ok=True)
    results = run(arguments.work.resolve(), arguments.only)
    for fault in FAULTS:
        if fault.wrong in results:
            print(f"| {fault.path} | {fault.wrong} | {results[fault.wrong] or 'not caught'} |")
    caught = sum(result is not None for result in results.values())
    print(f"{caught} of {len(results)} caught")
    return 0 if arguments.only or caught >= NEEDED else 1


if __name__ == "__main__":
    sys.exit(main())
