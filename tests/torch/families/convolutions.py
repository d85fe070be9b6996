"""Convolutions and pooling."""
import torch
from torch import nn
from torch.nn import functional as F

from families.reference import draw, graded

POOLS = {
    "max_pool": (lambda x: F.max_pool2d(x, 2), (3, 3)),
    "max_pool_overlapping": (lambda x: F.max_pool2d(x, (3, 2), stride=2, padding=1), (3, 4)),
    "avg_pool": (lambda x: F.avg_pool2d(x, 2), (3, 3)),
    "avg_pool_overlapping": (lambda x: F.avg_pool2d(x, (3, 2), stride=2, padding=1), (3, 4)),
}


FUNCTIONS = {
    "conv1d": (F.conv1d, (4, 9), (6, 4, 3)),
    "conv2d": (lambda x, weight: F.conv2d(x, weight, stride=2, padding=(1, 3), groups=2), (4, 6, 5), (6, 2, 3, 2)),
    "conv_transpose2d": (
        lambda x, weight: F.conv_transpose2d(x, weight, stride=2, padding=1, output_padding=1),
        (4, 3, 4),
        (4, 3, 2, 3),
    ),
}


def write_training(references, modules):
    image, label = draw(8, 3, 6, 6), torch.randint(0, 4, (8,))
    signal, signal_target = draw(8, 4, 9), draw(8, 6, 5)
    small, large = draw(8, 4, 3, 4), draw(8, 3, 6, 8)
    references.inputs("training", image=image, label=label, signal=signal, signal_target=signal_target, small=small, large=large)
    sgd = lambda parameters: torch.optim.SGD(parameters, lr=0.1)
    momentum = lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9)
    logits = lambda conv: F.max_pool2d(torch.tanh(conv(image)), 2).mean((2, 3))
    references.train("train_conv1", {"conv1": modules["conv1"]}, lambda conv: F.mse_loss(conv(signal), signal_target), sgd)
    references.train("train_conv2", {"conv2": modules["conv2"]}, lambda conv: F.cross_entropy(logits(conv), label), momentum)
    references.train("train_up", {"up": modules["up"]}, lambda up: F.mse_loss(up(small), large), sgd)


def write(references):
    layers = {
        "conv1": (nn.Conv1d(4, 6, 3, stride=2, padding=1), (4, 9)),
        "conv2": (nn.Conv2d(3, 4, 3), (3, 6, 5)),
        "strided": (nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2), (4, 7, 6)),
        "unbiased": (nn.Conv2d(3, 4, 1, bias=False), (3, 6, 5)),
        "up": (nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1), (4, 3, 4)),
        "up_grouped": (nn.ConvTranspose2d(4, 6, (2, 3), stride=(1, 2), groups=2, dilation=2), (4, 3, 4)),
    }
    modules = {}
    for name, (layer, shape) in layers.items():
        modules[name] = references.module(name, layer)
        x = draw(2, *shape)
        references.layer(f"{name}_case", modules[name], draw(*modules[name](x).shape), x=x)
    for name, (f, shape) in POOLS.items():
        x, w = draw(2, 2, 6, 6), draw(2, 2, *shape)
        references.case(f"{name}_case", graded(f, x, weight=w), x=x, w=w)
        ties = torch.round(x)
        references.case(f"{name}_case@ties", graded(f, ties, weight=w), x=ties, w=w)
    for name, (f, *shapes) in FUNCTIONS.items():
        x, weight = draw(2, *shapes[0]), draw(*shapes[1])
        w = draw(*f(x, weight).shape)
        references.case(f"{name}_case", graded(f, x, weight, weight=w), x=x, weight=weight, w=w)
    x = draw(2, 2, 3)
    references.case("flatten_case", nn.Flatten()(x), x=x)
    write_training(references, modules)
