"""The training loop: batches, clipped gradients, groups of parameters, two players."""
import copy

import torch
from torch import nn, optim
from torch.nn import functional as F

from families.optimizers import Net
from families.reference import STEPS, draw


def sgd(lr, momentum=0.0):
    return lambda parameters: optim.SGD(parameters, lr=lr, momentum=momentum)


def groups(parameters):
    """Weights by AdamW, biases by SGD, as one optimizer."""
    weights, biases = parameters[0::2], parameters[1::2]
    both = [optim.AdamW(weights, lr=0.01, weight_decay=0.1), optim.SGD(biases, lr=0.1)]

    class Both:
        def zero_grad(self):
            for each in both:
                each.zero_grad()

        def step(self):
            for each in both:
                each.step()

    return Both()


class Clipped(optim.SGD):
    def __init__(self, parameters, lr, norm):
        super().__init__(parameters, lr=lr)
        self.norm = norm

    def step(self):
        nn.utils.clip_grad_norm_(self.param_groups[0]["params"], self.norm)
        super().step()


def write_players(references, net, judge, x, target):
    net, judge = copy.deepcopy(net), copy.deepcopy(judge)
    of_net, of_judge = optim.SGD(net.parameters(), lr=0.2), optim.SGD(judge.parameters(), lr=0.1)
    bce = F.binary_cross_entropy_with_logits
    yes, no = torch.ones(8, 1).double(), torch.zeros(8, 1).double()
    losses = []
    for _ in range(STEPS):
        loss = bce(judge(target), yes) + bce(judge(net(x).detach()), no)
        losses.append(float(loss))
        of_judge.zero_grad()
        loss.backward()
        of_judge.step()
        of_net.zero_grad()
        bce(judge(net(x)), yes).backward()
        of_net.step()
    references.curve("train_players", "loss", losses)
    references.final("train_players", net=net, judge=judge)


def penalized(net, x, label):
    x = x.clone().requires_grad_()
    loss = F.cross_entropy(net(x), label)
    (slope,) = torch.autograd.grad(loss, x, create_graph=True)
    squares = sum((p * p).sum() for p in net.parameters())
    sizes = sum(p.abs().sum() for p in net.parameters())
    return loss + 0.01 * squares + 0.001 * sizes + 10.0 * (slope * slope).sum()


def write(references):
    net = references.module("net", Net())
    judge = references.module("judge", nn.Linear(4, 1))
    x, target, label = draw(8, 3), draw(8, 4, mean=1.0), torch.randint(0, 4, (8,))
    references.inputs("training", x=x, target=target, label=label)

    loss = lambda net, rows=slice(0, 8): F.cross_entropy(net(x[rows]), label[rows])
    batches = [slice(0, 3), slice(3, 6), slice(6, 8)]
    references.train("train_batches", {"net": net}, loss, sgd(0.1, momentum=0.9), batches=batches)
    references.train("train_drop_last", {"net": net}, loss, sgd(0.1, momentum=0.9), batches=batches[:2])
    references.train("train_clipped", {"net": net}, loss, lambda p: Clipped(p, lr=1.0, norm=0.1))
    references.train("train_hardly_clipped", {"net": net}, loss, lambda p: Clipped(p, lr=0.1, norm=10.0))
    references.train("train_groups", {"net": net}, loss, groups)
    references.train("train_frozen", {"net": net}, loss, lambda p: optim.SGD(p[2:], lr=0.1))
    write_players(references, net, judge, x, target)
    references.train("train_penalties", {"net": net}, lambda net: penalized(net, x, label), sgd(0.1))
