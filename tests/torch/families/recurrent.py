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
        "rnn_two": nn.RNN(3, 4, 2, batch_first=True),
        "lstm_two": nn.LSTM(3, 4, 2, batch_first=True),
        "gru_two": nn.GRU(3, 4, 2, batch_first=True),
        "rnn_unbiased": nn.RNN(3, 4, 2, bias=False, batch_first=True),
        "lstm_unbiased": nn.LSTM(3, 4, 2, bias=False, batch_first=True),
        "gru_unbiased": nn.GRU(3, 4, 2, bias=False, batch_first=True),
    }
    target = draw(8, 6, 4)
    series = draw(8, 6, 3)
    references.inputs("training", x=series, target=target)
    sgd = lambda parameters: torch.optim.SGD(parameters, lr=0.5)
    modules = {name: references.module(name, layer) for name, layer in layers.items()}
    for name, module in modules.items():
        x, w = draw(2, 5, 3), draw(2, 5, 4)
        value, gradients = graded(lambda x: module(x)[0], x, weight=w, parameters=list(module.parameters()))
        references.case(f"{name}_case", (value, module(x)[1], gradients), x=x, w=w)
        references.train(f"train_{name}", {name: module}, lambda layer: F.mse_loss(layer(series)[0], target), sgd)

    # From a given state, and the last state's gradients.
    for name in ("rnn_two", "gru_two"):
        module = modules[name]
        x, h, w = draw(2, 5, 3), draw(2, 2, 4), draw(2, 2, 4)
        _, gradients = graded(lambda x, h: module(x, h)[1], x, h, weight=w)
        references.case(f"{name}_run_case", (*module(x, h), gradients), x=x, h=h, w=w)
    module = modules["lstm_two"]
    x, h, c, w = draw(2, 5, 3), draw(2, 2, 4), draw(2, 2, 4), draw(2, 2, 4)
    _, gradients = graded(lambda x, h, c: module(x, (h, c))[1][1], x, h, c, weight=w)
    references.case("lstm_two_run_case", (*module(x, (h, c)), gradients), x=x, h=h, c=c, w=w)
