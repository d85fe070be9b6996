#!/usr/bin/env python3
"""Every kind in diagnostics.def must be raised by the code and be expected by a test, under its code or its kind; every
warning must have an explanation."""
import pathlib
import re
import sys

ROW = re.compile(r'^NNC_DIAGNOSTIC\((\w+),\s*"([EW]\d+)"', re.M)
FOLDERS = ["ir", "frontend", "passes", "codegen", "runtime", "driver"]
UNTESTED = {
    "Internal": "a fault of the compiler: no input is known to raise it",
}


def text_of(paths):
    return "\n".join(p.read_text(errors="replace") for p in paths if p.is_file())


def main():
    root = pathlib.Path(sys.argv[1])
    rows = ROW.findall((root / "ir/diagnostics.def").read_text())
    code = text_of(p for f in FOLDERS for p in (root / f).rglob("*") if p.suffix in {".h", ".cpp"})
    tests = text_of(p for p in (root / "tests").rglob("*") if p.suffix in {".cpp", ".h", ".nn", ".nnir", ".test"})
    explained = re.findall(r"^NNC_EXPLANATION\((\w+),", (root / "driver/explanations.def").read_text(), re.M)
    wrong = [f"explanations.def: there is no kind {kind}" for kind in explained if kind not in dict(rows)]
    for kind, number in rows:
        if number.startswith("W") and kind not in explained:
            wrong.append(f"{number} {kind}: nothing in explanations.def")
        if not re.search(rf"\bk{kind}\b", code):
            wrong.append(f"{number} {kind}: nothing raises it")
        elif kind not in UNTESTED and number not in tests and not re.search(rf"\bk{kind}\b", tests):
            wrong.append(f"{number} {kind}: no test expects it")
    if sorted(n for _, n in rows) != [n for _, n in rows]:
        wrong.append("diagnostics.def is not sorted by code")
    print("\n".join(wrong) or f"{len(rows)} kinds, each raised and tested")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
