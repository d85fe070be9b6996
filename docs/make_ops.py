#!/usr/bin/env python3
"""Writes docs/ops.md, the op reference, from ir/ops.def: docs/make_ops.py [--check]."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROW = re.compile(r"^NNC_OP\((\w+),\s*\"(\w+)\",\s*(-?\d+),\s*(\w+),\s*(\w+),\s*(\w+),\s*(NNC_NONE|NNC_ATTRIBUTES\((.*?)\))\)\s*(?://\s*(.*))?$")
GRADIENT = {"Vjp": "yes", "Zero": "zero", "Never": "an error", "Loop": "yes"}


def rows(table):
    section = ""
    for line in table.splitlines():
        if line.startswith("// ") and ":" not in line[:6]:
            section = line[3:]
        match = ROW.match(line)
        if match:
            name, mnemonic, operands, _, _, gradient, _, attributes, remark = match.groups()
            keys = re.findall(r"K::k(\w+)", attributes or "")
            yield section, mnemonic, operands.replace("-1", "any"), [re.sub(r"(?<!^)([A-Z])", r"_\1", k).lower() for k in keys], GRADIENT[gradient], (remark or "").replace("|", "\\|")


def reference(table):
    lines = ["# The ops", "", "Made from `ir/ops.def` by `docs/make_ops.py`; do not edit.", ""]
    last = None
    for section, mnemonic, operands, attributes, gradient, remark in rows(table):
        if section != last:
            title, _, rest = section.partition(". ")
            lines += ["", f"## {title}", ""] + ([rest, ""] if rest else []) + ["| op | operands | attributes | derivative | remarks |", "|---|---|---|---|---|"]
            last = section
        lines.append(f"| `{mnemonic}` | {operands} | {', '.join(f'`{a}`' for a in attributes)} | {gradient} | {remark} |")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def main():
    page = ROOT / "docs/ops.md"
    text = reference((ROOT / "ir/ops.def").read_text())
    if "--check" in sys.argv:
        fresh = page.exists() and page.read_text() == text
        print("docs/ops.md is fresh" if fresh else "docs/ops.md is stale: run docs/make_ops.py")
        return 0 if fresh else 1
    page.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
