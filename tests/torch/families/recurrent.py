"""Recurrent layers, batches first."""
import torch
from torch import nn
from torch.nn import functional as F

from families.reference import draw, graded


def write(references):
    layers = {
        "rnn": nn.RNN(3, 4, batch_first=True),
        "lstm": nn.LSTM(3, 4, batch_first=True),
        "gru": nn.GRU(3, 4, batch_first=True),
    }
    target = draw(8, 6, 4)
    series = draw(8, 6, 3)
    references.inputs("training", x=series, target=target)
    sgd = lambda parameters: torch.optim.SGD(parameters, lr=0.5)
    for name, layer in layers.items():
        module = references.module(name, layer)
        x, w = draw(2, 5, 3), draw(2, 5, 4)
        value, gradients = graded(lambda x: module(x)[0], x, weight=w, parameters=list(module.parameters()))
        state = module(x)[1]
        state = tuple(part[0] for part in state) if name == "lstm" else state[0]  # PyTorch has an axis of levels, here of 1
        references.case(f"{name}_case", (value, state, gradients), x=x, w=w)
        references.train(f"train_{name}", {name: module}, lambda layer: F.mse_loss(layer(series)[0], target), sgd)
