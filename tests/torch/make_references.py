#!/usr/bin/env python3
"""Writes references/: what PyTorch says. Run by hand when a family gains a case; the results are committed. Made with PyTorch 1.13.

make_references.py [FAMILY...]: these families only. A family is families/NAME.py, compared by NAME.nn.
"""
import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))


def main():
    from families.reference import References

    families = sys.argv[1:] or [path.stem for path in sorted(HERE.glob("*.nn"))]
    for family in families:
        references = References(family)
        importlib.import_module(f"families.{family}").write(references)
        references.save()


if __name__ == "__main__":
    main()
