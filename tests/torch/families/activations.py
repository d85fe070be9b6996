"""Activations and the softmax family."""
import torch
from torch.nn import functional as F

from families.reference import draw, exact, graded

ACTIVATIONS = {
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "leaky_relu_slope": lambda x: F.leaky_relu(x, 0.2),
    "elu": F.elu,
    "elu_alpha": lambda x: F.elu(x, 1.5),
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "softplus": F.softplus,
    "square": torch.square,
    "clamp": lambda x: torch.clamp(x, min=-1.0, max=2.0),
    "clamp_one_side": lambda x: torch.clamp(x, max=0.5),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}

SOFTMAXES = {
    "softmax": lambda x: F.softmax(x, -1),
    "softmax_first_axis": lambda x: F.softmax(x, 0),
    "log_softmax": lambda x: F.log_softmax(x, -1),
    "log_softmax_first_axis": lambda x: F.log_softmax(x, 0),
    "softmin": lambda x: F.softmin(x, -1),
}


def write(references):
    near = torch.cat([exact([0.0, -1.0, 2.0, 0.5]), 2.0 * draw(28)])  # the kinks first
    far = exact([-88.0, -40.0, -12.5, -6.0, 6.0, 12.5, 19.0, 40.0, 88.0])
    for name, f in ACTIVATIONS.items():
        for variant, x in {"": near, "@far": far}.items():
            w = draw(len(x))
            references.case(f"{name}_case{variant}", graded(f, x, weight=w), x=x, w=w)
    x = draw(5, 7)
    for name, f in SOFTMAXES.items():
        for variant, factor in {"": 1.0, "@far": 64.0}.items():
            w = draw(5, 7)
            references.case(f"{name}_case{variant}", graded(f, factor * x, weight=w), x=factor * x, w=w)
