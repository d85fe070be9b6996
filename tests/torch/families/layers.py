"""Layers without normalization, windows or state."""
import torch
from torch import nn
from torch.nn import functional as F

from families.reference import draw, graded


def write_values(references, modules):
    x, w = draw(5, 3), draw(5, 4)
    references.layer("linear_case", modules["linear"], w, x=x)
    references.layer("linear_sequence_case", modules["linear"], draw(2, 5, 4), x=draw(2, 5, 3))
    references.layer("unbiased_case", modules["unbiased"], w, x=x)
    references.case("sequential_case", modules["sequential"](x), x=x, w=w)
    references.case("activation_case", nn.Tanh()(x), x=x)
    ids, w = torch.randint(0, 7, (4, 3)), draw(4, 3, 3)
    embedding = modules["embedding"]
    value = graded(lambda: embedding(ids), weight=w, parameters=[embedding.weight])
    references.case("embedding_case", value, ids=ids, w=w)


def write_training(references, modules):
    x, target = draw(8, 3), draw(8, 4)
    ids, label = torch.randint(0, 7, (8, 2)), torch.randint(0, 4, (8,))
    references.inputs("training", x=x, target=target, ids=ids, label=label)
    sgd = lambda parameters: torch.optim.SGD(parameters, lr=0.1)
    momentum = lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9)
    linear = {"linear": modules["linear"]}
    references.train("train_linear", linear, lambda linear: F.mse_loss(linear(x), target), sgd)
    both = {"embedding": modules["embedding"], **linear}
    loss = lambda embedding, linear: F.mse_loss(linear(embedding(ids).sum(1)), target)
    references.train("train_embedding", both, loss, sgd)
    loss = lambda net: F.cross_entropy(net(x), label)
    references.train("train_sequential", {"sequential": modules["sequential"]}, loss, momentum)


def write(references):
    layers = {
        "linear": nn.Linear(3, 4),
        "unbiased": nn.Linear(3, 4, bias=False),
        "embedding": nn.Embedding(7, 3),
        "sequential": nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4)),
    }
    modules = {name: references.module(name, layer) for name, layer in layers.items()}
    write_values(references, modules)
    write_training(references, modules)
