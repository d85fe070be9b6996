#!/usr/bin/env python3
"""resume.py NNC FILE DIR: interrupts training in its course, resumes it, and compares the weights with an uninterrupted run's."""
import json
import pathlib
import signal
import subprocess
import sys

nnc, file, directory = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])


def train(out, *options):
    return [nnc, "train", file, "--out", str(directory / out), *options]


def main():
    running = subprocess.Popen(train("stopped", "--json", "--epochs", "10000000"), stdout=subprocess.PIPE, text=True)
    for line in running.stdout:
        event = json.loads(line)
        if event["event"] == "epoch" and event["epoch"] == 1:
            running.send_signal(signal.SIGINT)
    code = running.wait()
    print(event["event"], "with", code)
    print("files:", *sorted(path.name for path in (directory / "stopped").iterdir()))
    epochs = str(event["epoch"] + 2)
    subprocess.run(train("stopped", "--quiet", "--epochs", epochs, "--resume"), check=True)
    subprocess.run(train("whole", "--quiet", "--epochs", epochs), check=True)
    weights = [(directory / out / "weights.safetensors").read_bytes() for out in ("stopped", "whole")]
    print("the same bits" if weights[0] == weights[1] else "other bits")


main()
