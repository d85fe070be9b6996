#!/usr/bin/env python3
"""Rows a second and peak memory of reading a generated csv file: `csv_rows.py NNC [--rows N]`.

Each row has four floats and a name of one of three classes. One pass gives both fields and counts the classes. The peak is
that of the whole process, which trains one step on the data; `columns` is what the two columns take.
"""

import argparse
import pathlib
import random
import resource
import subprocess
import tempfile
import time

PROGRAM = """nn 1
data rows {
  field x: f32[4]       = csv("rows.csv", columns: 0..4)
  field label: class(_) = csv("rows.csv", columns: 4)
}
let net = Linear(4, rows.label.classes)
train fit {
  data = rows
  batch = 32
  steps = 1
  minimize cross_entropy(net(x), label) using sgd(lr: 0.1)
}
"""


def write_rows(path: pathlib.Path, rows: int) -> None:
    draw = random.Random(0)
    block = "".join(
        ",".join(f"{draw.gauss(0, 1):.4f}" for _ in range(4)) + "," + draw.choice(["setosa", "versicolor", "virginica"]) + "\n"
        for _ in range(10_000)
    )
    with path.open("w") as file:
        for _ in range(rows // 10_000):
            file.write(block)


def read_through(path: pathlib.Path) -> None:
    """In pieces: what this process holds when it starts nnc would count to nnc's peak."""
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nnc")
    parser.add_argument("--rows", type=int, default=10_000_000, help="a multiple of 10,000")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table, program = pathlib.Path(folder, "rows.csv"), pathlib.Path(folder, "rows.nn")
        write_rows(table, arguments.rows)
        program.write_text(PROGRAM)
        read_through(table)  # into the page cache
        start = time.perf_counter()
        subprocess.run([arguments.nnc, "train", program, "--quiet", "--out", folder], check=True)
        seconds = time.perf_counter() - start
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(
            f"{arguments.rows} rows, {table.stat().st_size / 1e6:.0f} MB: {arguments.rows / seconds:,.0f} rows/s "
            f"({seconds:.1f} s, {usage.ru_utime:.1f} s of cpu), peak {usage.ru_maxrss / 1e3:.0f} MB, "
            f"columns {arguments.rows * 20 / 1e6:.0f} MB"
        )


if __name__ == "__main__":
    main()
