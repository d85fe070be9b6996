"""Optimizers on a small network, with and without a schedule."""
import torch
from torch import nn, optim
from torch.nn import functional as F
from torch.optim import lr_scheduler

from families.reference import STEPS, draw
from families.schedules import warmed_up


class Lion(optim.Optimizer):
    """PyTorch has none: Chen et al., "Symbolic discovery of optimization algorithms", 2023, algorithm 2."""

    def __init__(self, parameters, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                change = torch.sign(beta1 * m + (1.0 - beta1) * p.grad)
                p -= lr * (change + decay * p)
                m.copy_(beta2 * m + (1.0 - beta2) * p.grad)


OPTIMIZERS = {
    "sgd": lambda p: optim.SGD(p, lr=0.1),
    "sgd_weight_decay": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.1),
    "sgd_momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1),
    "momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
    "momentum_weight_decay": lambda p: optim.SGD(p, lr=0.1, momentum=0.8, weight_decay=0.1),
    "nesterov": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "nesterov_weight_decay": lambda p: optim.SGD(p, lr=0.1, momentum=0.8, weight_decay=0.1, nesterov=True),
    "adagrad": lambda p: optim.Adagrad(p),
    "adagrad_lr_decay": lambda p: optim.Adagrad(p, lr=0.1, lr_decay=0.1, weight_decay=0.1, eps=1e-6),
    "rmsprop": lambda p: optim.RMSprop(p),
    "rmsprop_momentum": lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-6, weight_decay=0.1, momentum=0.9),
    "rmsprop_centered": lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9, centered=True),
    "adam": lambda p: optim.Adam(p),
    "adam_weight_decay": lambda p: optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    "adamw": lambda p: optim.AdamW(p),
    "adamw_weight_decay": lambda p: optim.AdamW(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    "lion": lambda p: Lion(p),
    "lion_weight_decay": lambda p: Lion(p, lr=0.01, betas=(0.8, 0.95), weight_decay=0.1),
}

SCHEDULED = {
    "sgd_cosine": (lambda p: optim.SGD(p, lr=0.5), lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=STEPS)),
    "adam_warmup": (
        lambda p: optim.Adam(p, lr=0.02),
        warmed_up(3, lambda o: lr_scheduler.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=STEPS - 3)),
    ),
}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 5)
        self.fc2 = nn.Linear(5, 4)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


def write(references):
    net = references.module("net", Net())
    x, label = draw(8, 3), torch.randint(0, 4, (8,))
    references.inputs("training", x=x, label=label)
    metrics = {
        "size": lambda net: sum((p**2).sum() for p in net.parameters()),
        "first": lambda net: net.fc1.weight[0, 0],
    }
    runs = {**{name: (make, None) for name, make in OPTIMIZERS.items()}, **SCHEDULED}
    for name, (make, scheduler) in runs.items():
        loss = lambda net: F.cross_entropy(net(x), label)
        references.train(f"train_{name}", {"net": net}, loss, make, scheduler, metrics)
