"""One small training, run again and again: in whole, killed, resumed."""
import os
import pathlib
import shutil
import subprocess
import tempfile

PROGRAM = pathlib.Path(__file__).parent / "Inputs" / "trained.nn"


class Training:
    """Runs of the program in directories of their own below `work`, with a cache of object code that they share."""

    def __init__(self, nnc, *options):
        self.folder = tempfile.TemporaryDirectory(prefix="nnc_durability_")
        self.work = pathlib.Path(self.folder.name)
        self.nnc, self.options = nnc, options
        # LeakSanitizer, in builds with it, cannot look at a process that strace follows.
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(self.work / "cache"), "NO_COLOR": "1", "LSAN_OPTIONS": "detect_leaks=0"}
        self.run("whole").check_returncode()
        self.weights = (self.work / "whole" / "weights.safetensors").read_bytes()
        self.lines = len((self.work / "whole" / "metrics.jsonl").read_text().splitlines())

    def command(self, out, *options):
        return [self.nnc, "train", str(PROGRAM), "--out", str(self.work / out), *self.options, *options]

    def start(self, out, *options, before=(), **popen):
        popen = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": self.environment, **popen}
        return subprocess.Popen([*before, *self.command(out, *options)], **popen)

    def run(self, out, *options, **popen):
        process = self.start(out, "--quiet", *options, **popen)
        stdout, stderr = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def files(self, out):
        return {path.name: path.read_bytes() for path in (self.work / out).iterdir()}

    def reset(self, out, files):
        """Makes the directory hold these files and nothing else."""
        shutil.rmtree(self.work / out, ignore_errors=True)
        (self.work / out).mkdir()
        for name, content in files.items():
            (self.work / out / name).write_bytes(content)

    def check_finished(self, out, where):
        """What the directory holds is what a run that nothing stopped leaves."""
        files = self.files(out)
        assert files["weights.safetensors"] == self.weights, f"{where}: the weights have other bits"
        assert len(files["metrics.jsonl"].splitlines()) == self.lines, f"{where}: metrics.jsonl has other lines"
        assert sorted(files) == ["checkpoint", "metrics.jsonl", "weights.safetensors"], f"{where}: left {sorted(files)}"

    def check_resumes(self, out, where):
        result = self.run(out, "--resume")
        assert result.returncode == 0, f"{where}: --resume ended with {result.returncode}: {result.stderr}"
        self.check_finished(out, where)
