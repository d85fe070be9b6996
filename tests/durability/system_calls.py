#!/usr/bin/env python3
"""system_calls.py NNC: a training that is killed at each system call of its saves, and one whose saves fail there. strace does both; where
it may not trace, the exit code is 77."""
import re
import subprocess
import sys
from collections import Counter, defaultdict, namedtuple

from training import Training

# A system call of the main thread, the `number`th of this name since the first save began.
Call = namedtuple("Call", "name number arguments")
LINE = re.compile(r"(\d+) +(\w+)\((.*)")
FIRST = "metrics.jsonl.tmp"  # what the first save writes
COUNTS = ".gcda"  # where a build that measures coverage writes at its end
FAILURES = {"openat": ("ENOSPC", "EIO", "EROFS"), "write": ("ENOSPC", "EIO"), "fsync": ("ENOSPC", "EIO"), "rename": ("ENOSPC", "EIO", "EROFS")}
ERRORS = {"ENOSPC": "No space left on device", "EIO": "Input/output error", "EROFS": "Read-only file system"}
TRIES, LOOKS = 100, 6


def arguments_of(text):
    """Without what differs from run to run: process ids, seconds in metrics.jsonl, and results."""
    text = re.sub(r"\.tmp\.\d+", ".tmp", text)
    return re.split(r"\)? += |\.\.\.|\{st_|0x| <unfinished", text)[0]


def read_log(log):
    """The calls from the first save on, and how many of each name there were before."""
    before, counts, calls, main = Counter(), Counter(), [], None
    for line in log.read_text().splitlines():
        match = LINE.match(line)
        main = main or (match and match[1])
        if not match or match[1] != main:
            continue
        name, arguments = match[2], arguments_of(match[3])
        if COUNTS in arguments:
            continue
        if not calls and FIRST not in arguments:
            before[name] += 1
            continue
        counts[name] += 1
        calls.append(Call(name, counts[name], arguments))
    return calls, before


class Faults:
    def __init__(self, nnc):
        self.training = Training(nnc, "--threads", "1")
        self.log = self.training.work / "calls"
        self.before = defaultdict(Counter)  # by name: how many calls there were before the first save, and how often so many
        self.known = set()  # what directories held after a kill, and resumed from

    def trace(self, *inject):
        self.training.reset("run", {})
        before = ["strace", "-f", "-o", str(self.log), "-y", "-e", "trace=%file,%desc", *inject]
        result = self.training.run("run", "--resume", before=before)
        calls, earlier = read_log(self.log)
        if calls:
            for name in {call.name for call in calls}:
                self.before[name][earlier[name]] += 1
        return result, calls, earlier

    def saves(self):
        """From the first file that is written to the end."""
        for _ in range(LOOKS):
            result, calls, _ = self.trace()
            result.check_returncode()
        assert len(calls) > 20, "the saves are not in the log of strace"
        return calls

    def inject(self, call, what):
        """strace counts from the start of the process. How many calls the main thread makes before the first save differs by one or
        two, since threads that compile share out what is in the cache: so this tries until it has guessed right."""
        for attempt in range(TRIES):
            if attempt % LOOKS == LOOKS - 1:
                self.trace()
            likely = [count for count, _ in self.before[call.name].most_common(3)]
            number = likely[attempt % len(likely)] + call.number
            result, calls, earlier = self.trace("-e", f"inject={call.name}:{what}:when={number}")
            if call in calls and earlier[call.name] + call.number == number:
                return result
        raise AssertionError(f"not reached: {call}")

    def kill(self, call):
        """Returns the checkpoint that is there then."""
        self.inject(call, "signal=KILL")
        files = self.training.files("run")
        key = tuple(sorted((re.sub(r"\d+$", "", name), re.sub(rb'"seconds":[^}]*', b"", content)) for name, content in files.items()))
        if key not in self.known:
            self.known.add(key)
            self.training.check_resumes("run", f"killed at {call}")
        return files.get("checkpoint")

    def fail(self, call, error, checkpoint):
        result = self.inject(call, f"error={error}")
        where = f"{error} at {call}"
        assert result.returncode == 4, f"{where}: ended with {result.returncode}: {result.stderr}"
        assert "error[E0702]" in result.stderr and ERRORS[error] in result.stderr, f"{where}: {result.stderr}"
        files = self.training.files("run")
        assert files.get("checkpoint") == checkpoint, f"{where}: another checkpoint"
        assert not [name for name in files if ".tmp." in name], f"{where}: left {sorted(files)}"


def failures(call):
    """The errors by which a call that writes may fail."""
    only_reads = call.name == "openat" and "O_WRONLY" not in call.arguments
    return () if only_reads else FAILURES.get(call.name, ())


def main():
    if subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        print("skipped: strace is absent or may not trace here")
        sys.exit(77)
    faults = Faults(sys.argv[1])
    saves = faults.saves()
    failed = 0
    for call in saves:
        checkpoint = faults.kill(call)
        for error in failures(call):
            faults.fail(call, error, checkpoint)
            failed += 1
    print(f"killed at each of {len(saves)} system calls: resumed to the same bits from each of {len(faults.known)} states")
    print(f"failed at {failed} writes: exit code 4, and the old checkpoint whole")


if __name__ == "__main__":
    main()
