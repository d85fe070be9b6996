"""The text tests: files with RUN lines, run against the nnc that ctest names in the environment."""
import os
import shutil
import sys

import lit.formats

config.name = "nnc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".nn", ".nnir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.environ["NNC_LIT_WORK"]

project = os.path.dirname(config.test_source_root)
data = os.path.join(os.path.dirname(project), "shared", "data")
if os.path.isdir(data):
    config.available_features.add("data")  # `REQUIRES: data`: needs the real data sets
else:
    lit_config.note(f"tests that need real data are skipped: {data} is absent")

design = os.path.join(os.path.dirname(project), "shared", "design", "programs")
if os.path.isdir(design):
    config.available_features.add("design")

for program in ("zsh", "fish", "strace"):
    if shutil.which(program):
        config.available_features.add(program)  # `REQUIRES: zsh`: not needed for anything but its own test

config.substitutions += [
    ("%design", design),
    ("%python", sys.executable),
    ("%nnc", os.environ["NNC"]),
    ("%exits", f"{sys.executable} {os.path.join(config.test_source_root, 'exits.py')}"),  # %exits CODE COMMAND...
    ("%tensorboard", f"/usr/bin/python3 {os.path.join(config.test_source_root, 'driver', 'tensorboard.py')}"),  # %tensorboard DIRECTORY
    ("%terminal", f"/usr/bin/python3 {os.path.join(config.test_source_root, 'driver', 'terminal.py')}"),  # %terminal COLUMNS COMMAND...
    ("%resume", f"{sys.executable} {os.path.join(config.test_source_root, 'resume.py')}"),  # %resume NNC FILE DIR
    (r"\bFileCheck\b", os.environ["FILECHECK"]),
    ("%figure", f"{sys.executable} {os.path.join(config.test_source_root, 'examples', 'figure.py')}"),  # %figure PATH OP NUMBER...: of what nnc train --json prints last
    ("%torch", f"{sys.executable} {os.path.join(config.test_source_root, 'torch', 'compare.py')} {os.environ['NNC']}"),  # %torch FILE.nn FOLDER
    ("%examples", os.path.join(project, "examples")),
    ("%data", data),
]
config.environment["NO_COLOR"] = "1"
config.environment["XDG_CACHE_HOME"] = os.path.join(config.test_exec_root, "cache")
