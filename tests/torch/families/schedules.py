"""Schedules: the learning rates that torch.optim.lr_scheduler sets in 20 steps, and their logarithms, so that small rates count as well."""
import torch
from torch.optim import lr_scheduler

N = 20


def rates(start, make):
    """The learning rate of each of N steps, with make(optimizer) as the scheduler."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=start)
    scheduler = make(optimizer)
    found = []
    for i in range(N):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if i + 1 < N:
            scheduler.step()
    return torch.tensor(found, dtype=torch.float64)


def warmed_up(warmup, after):
    """A linear rise from 1/warmup of the rate, then the scheduler after(optimizer)."""

    def make(optimizer):
        rise = lr_scheduler.LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)
        return lr_scheduler.SequentialLR(optimizer, [rise, after(optimizer)], milestones=[warmup])

    return make


def write(references):
    linear = lambda steps, end: lambda o: lr_scheduler.LinearLR(o, start_factor=1.0, end_factor=end, total_iters=steps)
    cosine = lambda steps, end: lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=steps, eta_min=end)
    one_cycle = lambda **options: lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.1, total_steps=N, **options)
    schedules = {
        "constant": (1e-3, lambda o: lr_scheduler.ConstantLR(o, factor=1.0)),
        "step_decay": (0.1, lambda o: lr_scheduler.StepLR(o, step_size=6, gamma=0.5)),
        "exponential": (0.1, lambda o: lr_scheduler.ExponentialLR(o, gamma=0.9)),
        "linear": (0.1, linear(N, 0.0)),
        "linear_end": (0.1, linear(N, 0.25)),
        "linear_past": (0.1, linear(12, 0.25)),
        "linear_warmup": (0.1, warmed_up(5, linear(N - 5, 0.0))),
        "cosine": (0.1, cosine(N, 0.0)),
        "cosine_end": (0.1, cosine(N, 0.01)),
        "cosine_warmup": (0.1, warmed_up(5, cosine(N - 5, 0.0))),
        "one_cycle": (0.1, one_cycle()),
        "one_cycle_factors": (0.1, one_cycle(pct_start=0.4, div_factor=10.0, final_div_factor=100.0)),
    }
    step = torch.arange(N, dtype=torch.float64)
    for name, (start, make) in schedules.items():
        found = rates(start, make)
        references.case(f"{name}_case", (found, torch.log(found)), step=step)
