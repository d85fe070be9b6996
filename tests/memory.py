#!/usr/bin/env python3
"""memory.py NNC: training takes, above the bare program, no more resident memory than its arena. So nothing is held twice, and nothing of
the compiler, while it trains or saves. A few pages that touch depends on are allowed."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# Nearly all of its arena are parameters and the optimizer's state, which is what a checkpoint copies.
PROGRAM = """nn 1
data noise {
  generate i in 0..8 {
    field x: f32[2048] = randn([2048])
  }
}
let net = Linear(2048, 2048)
train fit {
  data = noise
  epochs = 2
  checkpoint_every = 1
  minimize mean(square(net(x))) using adam(lr: 1e-3)
}
"""
ALLOWED = 8_000_000  # bytes


def run(command):
    """The command's peak resident bytes, and what it printed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command}: exit {process.returncode}")
    return usage.ru_maxrss * 1024, output


def main():
    nnc = sys.argv[1]
    bare, _ = run([nnc, "--version"])
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "wide.nn")
        file.write_text(PROGRAM)
        peak, output = run([nnc, "train", str(file), "--json", "--no-cache", "--out", str(pathlib.Path(folder, "out"))])
    arena = json.loads(output.splitlines()[-1])["peak_bytes"]
    print(f"the arena: {arena} bytes; the process: {peak - bare} bytes above the bare program")
    if peak - bare > arena + ALLOWED:
        sys.exit("that is too much")


main()
