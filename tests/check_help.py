#!/usr/bin/env python3
"""check_help.py PROJECT NNC: every command's --help has an example, and every example works, in the order of the table."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# Lines that show what is not finite, and so end with its exit code.
NON_FINITE, NON_FINITE_CODE = re.compile(r"--set safe=false|^nnc replay"), 5
EXAMPLE = re.compile(r'NNC_EXAMPLE\("([^"]*)", "([^"]*)"')


def run(command, folder, environment):
    return subprocess.run(command, shell=True, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def main():
    project, nnc = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    environment = {**os.environ, "PATH": f"{nnc.parent}:{os.environ['PATH']}", "NO_COLOR": "1"}
    examples = EXAMPLE.findall((project / "driver" / "examples.def").read_text())
    wrong = []
    with tempfile.TemporaryDirectory() as scratch:
        os.symlink(project / "examples", pathlib.Path(scratch) / "examples")
        overview = run("nnc --help", scratch, environment).stdout
        commands = re.findall(r"^  ([a-z]+) ", overview.split("Subcommands:")[1], re.M)
        for command in commands:
            text = run(f"nnc {command} --help", scratch, environment).stdout
            lines = [line for name, line in examples if name == command]
            if not lines or any(line not in text for line in lines):
                wrong.append(f"`nnc {command} --help` shows no example, or not all")
        for command, line in examples:
            done = run(line, scratch, environment)
            code = NON_FINITE_CODE if NON_FINITE.search(line) else 0
            if done.returncode != code or command not in commands:
                wrong.append(f"{line}\n{done.stdout}")
    print("\n".join(wrong) or f"{len(commands)} commands, {len(examples)} examples, and all of them work")
    return 1 if wrong or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
