"""The case that tests of pages derive from: one browser for all of a class's tests, and nnc to make pages with."""
import os
import pathlib
import subprocess
import tempfile
import unittest

from browser import Browser

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
NNC = os.environ.get("NNC", "nnc")


class PageCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = cls.enterClassContext(Browser())
        cls.scratch = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def nnc(self, *arguments):
        """Runs nnc in the project's folder, where examples/ is; fails if nnc does."""
        run = subprocess.run([NNC, *map(str, arguments)], cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(run.returncode, 0, run.stdout)
        return run.stdout

    def open(self, path):
        return self.browser.open(path)

    def assert_good(self, page):
        """No console errors, no requests, enough contrast in both themes, all controls named and reached by Tab, fit for a phone."""
        self.assertEqual(page.problems(), [])
