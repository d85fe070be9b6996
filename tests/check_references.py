#!/usr/bin/env python3
"""Holds that PyTorch's numbers judge the standard library: every declaration in frontend/std is used by a test in tests/torch."""
import pathlib
import re
import sys

# Parts of what is tested, without a counterpart in PyTorch.
HELPERS = {
    "crop": "PyTorch has it in torchvision; tests/frontend/augment_test.cpp works it out",
    "framed": "part of conv2d's derivative",
    "input_adjoint": "part of conv2d's derivative",
    "places2d": "part of conv2d and its derivative",
    "random_crop": "as crop",
    "random_flip": "as crop",
    "random_ints": "part of random_crop and random_shift",
    "random_shift": "as crop",
    "bias_correction": "part of adam and adamw",
    "bias_uniform": "part of Linear",
    "column_minus_row": "part of tril, triu and attention",
    "corrected": "part of BatchNorm1d and BatchNorm2d",
    "count": "part of mean and var",
    "fan_in": "part of kaiming_* and xavier_*",
    "fan_out": "part of xavier_*",
    "fan_in_uniform": "part of Conv1d, Conv2d and ConvTranspose2d",
    "half_cosine": "part of cosine and one_cycle",
    "is_class": "part of one_hot and pick",
    "kaiming_std": "part of kaiming_uniform and kaiming_normal",
    "moved_average": "part of BatchNorm1d and BatchNorm2d",
    "move_singular_values": "part of orthogonal",
    "no_bias": "part of conv1d, conv2d and conv_transpose2d",
    "no_mask": "part of attention and MultiHeadAttention",
    "pair": "part of conv2d and the pools",
    "pick": "part of nll",
    "progress": "part of linear, cosine and one_cycle",
    "recurrent_init": "part of RNN, LSTM and GRU",
    "RecurrentLevel": "part of RNN, LSTM and GRU",
    "rows_of": "part of conv2d and its derivative",
    "shifted": "part of softmax and log_softmax",
    "uniform_of_std": "part of kaiming_uniform and xavier_uniform",
    "warmed_up": "part of linear and cosine",
    "windows2d": "part of conv2d and avg_pool2d",
    "windows_times": "part of conv2d and its derivative",
    "xavier_std": "part of xavier_uniform and xavier_normal",
}


def code(path):
    """The file without comments."""
    return re.sub(r"#.*", "", path.read_text())


def problems(root):
    tests = "\n".join(code(path) for path in sorted((root / "tests" / "torch").glob("*.nn")))
    declared = set()
    for path in sorted((root / "frontend" / "std").glob("*.nn")):
        for name in re.findall(r"^(?:fn|model|layer|optimizer) (\w+)", code(path), re.M):
            declared.add(name)
            used = re.search(rf"(?<![\w.]){name}(?=[(,)\]]|\s*$)", tests, re.M)  # called, or handed on as a value
            if not used and name not in HELPERS:
                yield f"{path.relative_to(root)}: `{name}` is not compared with PyTorch: add a case to tests/torch (docs/testing.md)"
            if used and name in HELPERS:
                yield f"tests/check_references.py: `{name}` is compared with PyTorch and need not be listed"
    for name in sorted(HELPERS.keys() - declared):
        yield f"tests/check_references.py: `{name}` is not in frontend/std any more"


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every declaration of the standard library is compared with PyTorch")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
