#!/usr/bin/env python3
"""check_readme.py README NNC: runs the commands of a README's ```console blocks and compares what they print.

A line `$ COMMAND` is run in a scratch folder that sees the project's examples; the lines after it are what it must print. Numbers and
their units may differ (times do, and last digits do on another processor), and so may the width of columns; a line `...` stands for any lines.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
NUMBER = re.compile(r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?(?: ?(?:[nuµm]?s|min|[kMG]?B|[kMG])\b)?")


def commands(text):
    """Each command with the lines that follow it."""
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, *expected = part.splitlines()
            yield command, [line for line in expected if line]


def normal(line):
    return " ".join(NUMBER.sub("#", line).split())


def matches(expected, printed):
    """Whether the printed lines are the expected ones, `...` being any number of lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(normal(line)) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(normal(line) + "\n" for line in printed if line)) is not None


def main():
    readme, nnc = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    environment = {**os.environ, "PATH": f"{nnc.parent}:{os.environ['PATH']}", "NO_COLOR": "1"}
    count, wrong = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        os.symlink(readme.parent / "examples", pathlib.Path(scratch) / "examples")
        for command, expected in commands(readme.read_text()):
            run = subprocess.run(command, shell=True, cwd=scratch, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            count += 1
            if not matches(expected, run.stdout.splitlines()):
                wrong += 1
                print(f"$ {command}\n{run.stdout}\nis not what the README shows:\n" + "\n".join(expected) + "\n")
    print(f"{count} commands, {wrong} of them print something else than the README says")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
