#!/usr/bin/env python3
"""Holds the order of the folders: each includes only itself and folders before it; LLVM's headers stay in codegen/."""
import pathlib
import re
import sys

ORDER = ["ir", "frontend", "passes", "codegen", "runtime", "view", "driver"]
STRANGERS = {("passes", "frontend")}  # neighbours that do not see each other (nor does frontend see passes, being before it)
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.M)


def violations(root):
    for folder in ORDER:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".h", ".cpp", ".def"}:
                continue
            for include in INCLUDE.findall(path.read_text()):
                head = include.split("/")[0]
                if head in ORDER and (ORDER.index(head) > ORDER.index(folder) or (folder, head) in STRANGERS):
                    yield f"{path.relative_to(root)} includes {include}"
                if head in {"llvm", "llvm-c"} and folder != "codegen":
                    yield f"{path.relative_to(root)} includes {include}, which belongs in codegen/"


def main():
    root = pathlib.Path(sys.argv[1])
    found = list(violations(root))
    print("\n".join(found) or "the folders depend on each other in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
