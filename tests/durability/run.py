#!/usr/bin/env python3
"""run.py NNC [KILLS]: no training is lost. Runs killed at random moments end, once resumed, with the bits of one that nothing stopped;
where a file may grow no further, the old checkpoint stays whole; a directory belongs to one run at a time; signals save."""
import json
import random
import resource
import signal
import subprocess
import sys
import time

from training import Training


def random_kills(training, kills):
    begin = time.monotonic()
    training.run("timed")
    seconds = time.monotonic() - begin
    moments = random.Random(1)
    killed = finished = 0
    while killed < kills:
        process = training.start("killed", "--quiet", "--resume")
        try:
            process.communicate(timeout=moments.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
            continue
        training.check_finished("killed", f"after {killed} kills")
        training.reset("killed", {})
        finished += 1
    training.check_resumes("killed", f"after {killed} kills")
    return f"{killed} kills at random moments: the same bits, {finished + 1} times"


def file_size_limits(training):
    """Within its limit a write is short, and the next one fails."""
    interrupt(training, "limited", signal.SIGINT)
    start = training.files("limited")
    checkpoint = len(start["checkpoint"])
    limits = [0, 1, len(start["metrics.jsonl"]), checkpoint // 2, checkpoint - 1]
    for limit in limits:
        training.reset("limited", start)
        result = training.run("limited", "--resume", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        assert result.returncode == 4 and "error[E0702]" in result.stderr and "File too large" in result.stderr, result
        assert training.files("limited")["checkpoint"] == start["checkpoint"], limit
        assert not [name for name in training.files("limited") if ".tmp." in name], limit
    training.reset("limited", start)
    training.check_resumes("limited", "after the limits")
    return f"{len(limits)} limits of a file's size: exit code 4, the old checkpoint whole"


def one_at_a_time(training):
    first = training.start("shared", "--json")
    while json.loads(first.stdout.readline())["event"] != "epoch":
        pass
    first.send_signal(signal.SIGSTOP)  # else it might have ended by then
    second = training.run("shared")
    first.kill()
    first.communicate()
    assert second.returncode == 4 and "error[E0704]" in second.stderr and "--out DIR" in second.stderr, second
    training.check_resumes("shared", "after a kill")  # the dead do not hold it
    return "a second run into one directory: refused; after a kill: not refused"


def interrupt(training, out, sent):
    """Sends a signal once there is a checkpoint. Returns what was printed."""
    for _ in range(5):  # it may have come to its end by then
        process = training.start(out)
        while not (training.work / out / "checkpoint").exists() and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(sent)
        stdout, stderr = process.communicate()
        if process.returncode == 128 + sent:
            return stdout
        assert process.returncode == 0, (process.returncode, stdout, stderr)
        training.reset(out, {})
    raise AssertionError(f"{sent.name} did not stop it")


def signals_save(training):
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        assert "checkpoint: the same command with --resume goes on from there" in interrupt(training, sent.name, sent)
        training.check_resumes(sent.name, sent.name)
    return "SIGINT, SIGTERM and SIGHUP: saved, said how to go on, went on to the same bits"


def main():
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored below `nohup`, and so by nnc
    training = Training(sys.argv[1], "--epochs", "100")
    for check in (file_size_limits, one_at_a_time, signals_save):
        print(check(training), flush=True)
    print(random_kills(training, int(sys.argv[2]) if len(sys.argv) > 2 else 12))


if __name__ == "__main__":
    main()
