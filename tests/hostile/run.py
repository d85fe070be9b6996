#!/usr/bin/env python3
"""run.py NNC [NAME]: every hostile input of the tables ends with its exit code and message, within a second of processor time and 512 MiB,
and leaves no file behind. NNC_SLACK multiplies both limits, for builds with sanitizers."""
import os
import pathlib
import re
import resource
import shlex
import signal
import sys
import tempfile
import threading

import arrays
import files
import programs
import tables

SLACK = float(os.environ.get("NNC_SLACK", "1"))
SECONDS, BYTES = 1 * SLACK, (512 << 20) * SLACK
HANGS = 60 * SLACK  # seconds by the clock


def execute(command, folder):
    """Runs a command. Returns its exit code, messages, seconds of processor time and peak of memory."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder.parent / "cache"), "NO_COLOR": "1"}
    with tempfile.TemporaryFile() as messages:
        child = os.fork()  # a process that `subprocess` makes would count this one's peak as its own
        if child == 0:
            os.chdir(folder)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(messages.fileno(), 1)
            os.dup2(messages.fileno(), 2)
            os.execve(command[0], command, environment)
        alarm = threading.Timer(HANGS, os.kill, (child, signal.SIGKILL))
        alarm.start()
        _, status, usage = os.wait4(child, 0)
        alarm.cancel()
        messages.seek(0)
        text = messages.read().decode(errors="replace")
    return os.waitstatus_to_exitcode(status), text, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def check(case, nnc):
    """What is wrong with how a case ends."""
    with tempfile.TemporaryDirectory(prefix="nnc_hostile_") as work:
        folder = pathlib.Path(work) / "here"
        folder.mkdir()
        for name, content in case.files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            if callable(content):
                content(path)
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        before = sorted(folder.rglob("*"))
        contents = {folder / name: (folder / name).read_bytes() for name, content in case.files.items() if not callable(content)}
        code, text, seconds, peak = execute([nnc, *shlex.split(case.command)], folder)
        left = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path not in before]
        left += [f"another {path.name}" for path, content in contents.items() if path.read_bytes() != content]
    wrong = []
    if code != case.code:
        wrong.append(f"exit code {code}, not {case.code}")
    if not re.search(case.message, text):
        wrong.append(f"no `{case.message}`")
    if len(text) > 20_000:
        wrong.append(f"a message of {len(text)} characters")
    if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text):
        wrong.append("control characters in the message")
    if seconds > SECONDS:
        wrong.append(f"{seconds:.2f} s")
    if peak > BYTES:
        wrong.append(f"{peak / (1 << 20):.0f} MiB")
    if left:
        wrong.append(f"left {left}")
    return [f"{case.name}: {', '.join(wrong)}\n{text[:1000]}"] if wrong else []


def main():
    nnc = os.path.abspath(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cases = [case for module in (arrays, files, programs, tables) for case in module.CASES]
    cases = [case for case in cases if len(sys.argv) < 3 or sys.argv[2] in case.name]
    wrong = [line for case in cases for line in check(case, nnc)]
    print("\n".join(wrong))
    print(f"{len(cases)} hostile inputs, {len(wrong)} of them not as they should be")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
