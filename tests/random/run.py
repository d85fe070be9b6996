#!/usr/bin/env python3
"""Checks many random programs on all cores: run.py BINARY [--first SEED] [--count N] [--minutes M] [--state FILE].

BINARY is nnc_random_programs, which checks the programs of a range of seeds and reduces what fails (tests/random/battery.h). With
--state, what is done is kept in FILE, and a run that was stopped goes on from there. After --minutes no more ranges are started. Exits
with 1 where a program went wrong, or where no program of at least 500 used some op of the table."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import time

RANGE = 50  # seeds of one process
ENOUGH_FOR_EVERY_OP = 500


def check(binary, first, count):
    """What BINARY says of a range: what it printed of findings, and what it has seen (None where it crashed)."""
    run = subprocess.run([binary, str(first), str(count)], capture_output=True, text=True)
    lines = run.stdout.rstrip("\n").split("\n")
    if run.returncode in (0, 1) and lines[-1].startswith("{"):
        return "\n".join(lines[:-1]).strip(), json.loads(lines[-1])
    return f"seed {first}: {run.stderr.strip() or 'ended with signal ' + str(-run.returncode)}", None


def check_range(binary, first, count):
    """The same; the seeds of a range that crashes are checked one by one, so that the others are seen all the same."""
    text, seen = check(binary, first, count)
    if seen:
        return {"first": first, "count": count, "text": text, "seen": [seen]}
    each = [check(binary, seed, 1) for seed in range(first, first + count)]
    texts = [t for t, _ in each if t] or [f"seeds {first} to {first + count - 1}, together: {text}"]
    return {"first": first, "count": count, "text": "\n".join(texts), "seen": [s for _, s in each if s]}


def wanted(first, count, done):
    """Ranges of the seeds that are not done."""
    for start in range(first, first + count, RANGE):
        size = min(RANGE, first + count - start)
        if (start, size) not in done:
            yield start, size


def total(results):
    sums = {}
    for seen in (s for result in results for s in result["seen"]):
        for key, value in seen.items():
            if key == "ops":
                for op, uses in value.items():
                    sums.setdefault("ops", {}).setdefault(op, 0)
                    sums["ops"][op] += uses
            else:
                sums[key] = sums.get(key, 0) + value
    return sums


def save(path, results):
    if path:
        aside = path.with_suffix(".new")
        aside.write_text(json.dumps(results))
        aside.replace(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=ENOUGH_FOR_EVERY_OP)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--state", type=pathlib.Path)
    arguments = parser.parse_args()

    start = time.monotonic()
    results = json.loads(arguments.state.read_text()) if arguments.state and arguments.state.exists() else []
    ranges = wanted(arguments.first, arguments.count, {(r["first"], r["count"]) for r in results})
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = set()
        while True:
            for first, count in ranges if time.monotonic() - start < 60 * arguments.minutes else ():
                running.add(pool.submit(check_range, arguments.binary, first, count))
                if len(running) >= os.cpu_count():
                    break
            if not running:
                break
            finished, running = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for result in (f.result() for f in finished):
                results.append(result)
                if result["text"]:
                    print(result["text"], flush=True)
            save(arguments.state, results)

    sums = total(results)
    missing = [op for op, uses in sums.get("ops", {}).items() if uses == 0]
    failed = [result for result in results if result["text"]]
    print(f"{sums.get('programs', 0)} programs in {time.monotonic() - start:.0f} s, {len(failed)} ranges with findings; "
          f"{sums.get('decided', 0) / max(sums.get('elements', 0), 1):.1%} of {sums.get('elements', 0)} elements were judged; "
          f"gradients of {sums.get('by_forward_mode', 0)} by forward mode, of {sums.get('by_differences', 0)} by differences")
    if missing and arguments.count >= ENOUGH_FOR_EVERY_OP:
        print("ops that no program used:", ", ".join(missing))
    return 1 if failed or (missing and arguments.count >= ENOUGH_FOR_EVERY_OP) else 0


if __name__ == "__main__":
    sys.exit(main())
