"""Checks docs/edges.md: what every row of its tables says of an expression of `x` is what nnc computes.

check_edges.py PROJECT NNC FOLDER [--show]. Each row is computed by compiled code and by the reference evaluator with `x` as an input,
and by the optimiser with `x` as a constant. A number for `x` stands for a vector of LANES of it, of which each must give the row's
figures: more than the lanes of a vector register. `--show` prints the rows with what was computed instead.
"""
import math
import pathlib
import re
import struct
import subprocess
import sys

# Ops without a row: what hands values on, and requests that no code is made of. Loops of no iterations are in tests/ir/scan_samples.cpp.
WITHOUT_EDGES = {"argument", "constant", "size", "scan", "part", "vjp", "jacobian", "custom_vjp"}
LANES = 17
TOLERANCE = 1e-6  # relative, in f32: the worst of the elementary functions is off by 4 units in the last place


class Row:
    def __init__(self, line):
        cells = [cell.strip() for cell in line.strip().strip("|").replace("\\|", "\0").split(" | ")]
        code = [cell.strip("`").replace("\0", "|") for cell in cells]
        self.line, self.expression, self.values, self.gradient = line, code[0], numbers(code[2]), numbers(code[3])
        self.why = cells[4] if len(cells) > 4 else ""
        self.is_vector = code[1].startswith("[")
        self.x = numbers(code[1]) if self.is_vector else numbers(code[1]) * LANES
        if not self.is_vector:
            self.values, self.gradient = self.values * LANES, self.gradient and self.gradient * LANES


def numbers(text):
    """[1, nan] or 1 as a list; None where there is no derivative."""
    return None if text == "none" else [float(cell) for cell in text.strip("[]").split(",")]


def rows(page):
    return [Row(line) for line in page.splitlines() if line.startswith("| `")]


def literal(x):
    text = repr(abs(x)) if math.isfinite(x) else {True: "nan", False: "inf"}[math.isnan(x)]
    return f"(-{text})" if math.copysign(1, x) < 0 else text


def program(table):
    """Two functions that return all values and derivatives one after the other: of inputs, and of constants."""
    def function(name, arguments, bind):
        lines, parts = [], []
        for i, row in enumerate(table):
            # The name `x` in a function of its own, so that expressions need no changes.
            lines.append(f"  y{i} = row{i}({bind(i, row)})")
            parts.append(f"y{i}")
        return f"fn {name}({arguments}) {{\n" + "\n".join(lines) + f"\n  return concat([{', '.join(parts)}])\n}}\n"

    text = "nn 1\n"
    for i, row in enumerate(table):
        shape = f"f32[{len(row.x)}]"
        result = f"reshape(f32({row.expression}), [{len(row.values)}])"
        if row.gradient is None:
            text += f"fn row{i}(x: {shape}) = {result}\n"
        else:
            text += f"fn row{i}(x: {shape}) {{\n  y = {result}\n  return concat([y, grad(sum(y), wrt: x)])\n}}\n"
    arguments = ", ".join(f"x{i}: f32[{len(row.x)}]" for i, row in enumerate(table))
    text += function("of_inputs", arguments, lambda i, row: f"x{i}")
    return text + function("of_constants", "", lambda i, row: f"stack([{', '.join(map(literal, row.x))}])")


def read_npy(path):
    data = path.read_bytes()
    start = 10 + struct.unpack_from("<H", data, 8)[0]
    return list(struct.unpack(f"<{(len(data) - start) // 4}f", data[start:]))


def same(a, b):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= TOLERANCE * abs(b)


def unused_ops(project, nnc, source):
    """The ops that no row uses."""
    ops = re.findall(r'^NNC_OP\(\w+, *"(\w+)"', pathlib.Path(project, "ir", "ops.def").read_text(), re.M)
    graph = subprocess.run([nnc, "emit", "graph", source], check=True, capture_output=True, text=True).stdout
    return sorted(set(ops) - set(re.findall(r"^ +%\S+ = (\w+)", graph, re.M)) - WITHOUT_EDGES)


def short(part, row):
    if not row.is_vector:
        assert all(same(other, part[0]) for other in part), f"{row.expression}: lanes differ: {part}"
        part = part[:1]
    text = ", ".join(f"{number:.7g}" for number in part)
    return f"[{text}]" if row.is_vector and len(part) > 1 else text


def main():
    project, nnc, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    table = rows(pathlib.Path(project, "docs", "edges.md").read_text())
    source, out = folder / "edges.nn", folder / "edges.npy"
    source.write_text(program(table))
    faults = unused_ops(project, nnc, source)
    for op in faults:
        print(f"no row uses the op {op}", file=sys.stderr)
    inputs = [f"--input=x{i}=[{','.join(map(repr, row.x))}]" for i, row in enumerate(table)]
    for way, function, options in (("compiled", "of_inputs", inputs), ("evaluated", "of_inputs", inputs + ["--backend=eval"]),
                                   ("folded", "of_constants", [])):
        subprocess.run([nnc, "run", source, function, "--output", out, *options], check=True)
        results = read_npy(out)
        for row in table:
            for name, expected in (("value", row.values), ("derivative", row.gradient)):
                if expected is None:
                    continue
                part, results = results[:len(expected)], results[len(expected):]
                if "--show" in sys.argv:
                    print(way, name, row.expression, short(row.x, row), short(part, row))
                elif not all(map(same, part, expected)):
                    faults.append(row)
                    print(f"{row.line}\n  {way}: the {name} is {short(part, row)}", file=sys.stderr)
        assert not results
    print(f"{len(table)} rows in 3 ways")
    sys.exit(len(faults) > 0)


if __name__ == "__main__":
    main()
