#!/usr/bin/env python3
"""run.py NNC [NAME...]: the tests of pages, `*_test.py` beside this file, or those named.

Exits with 77, which ctest takes as skipped, where the browser is not installed.
"""
import os
import pathlib
import sys
import unittest

import browser

SKIPPED = 77


def main():
    nnc, *names = sys.argv[1:]
    if browser.missing():
        print(f"skipped: needs {browser.missing()} (Debian's packages, see .ci/packages), for {sys.executable}")
        return SKIPPED
    os.environ["NNC"] = str(pathlib.Path(nnc).resolve())
    here = str(pathlib.Path(__file__).parent)
    loader = unittest.defaultTestLoader
    tests = loader.loadTestsFromNames(names) if names else loader.discover(here, pattern="*_test.py")
    return 0 if unittest.TextTestRunner(verbosity=2).run(tests).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
