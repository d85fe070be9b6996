#!/usr/bin/env bash
# tests/coverage.sh BUILD LEAST: the share of the project's own lines that its tests have run since BUILD was made, by folder. Fails
# where it is below LEAST percent. BUILD is configured with -DNNC_COVERAGE=ON and its tests have been run.
set -euo pipefail
cd "$(dirname "$0")/.."
gcovr --root . --object-directory "$1" -j "$(nproc)" --exclude tests/ --exclude bench/ --exclude "$1/" \
  --json-summary-pretty --json-summary "$1/coverage.json" "$1" >/dev/null
python3 - "$1/coverage.json" "$2" <<'PYTHON'
import collections
import json
import sys

summary = json.load(open(sys.argv[1]))
folders = collections.Counter(), collections.Counter()
for file in summary["files"]:
    folder = file["filename"].split("/")[0]
    folders[0][folder] += file["line_covered"]
    folders[1][folder] += file["line_total"]
for folder, total in sorted(folders[1].items()):
    print(f"{folder:10} {100 * folders[0][folder] / total:5.1f}% of {total} lines")
print(f"{'all':10} {summary['line_percent']:5.1f}% of {summary['line_total']} lines")
sys.exit(summary["line_percent"] < float(sys.argv[2]))
PYTHON
