"""Batch normalization, whose running averages move in training."""
import copy

import torch
from torch import nn
from torch.nn import functional as F

from families.norms import trained_alike
from families.reference import STEPS, draw


def write_accumulated(references, norm, x, target):
    """Updates with the gradients of three batches; each batch's mean loss counts by its rows."""
    norm = copy.deepcopy(norm).train()
    optimizer = torch.optim.SGD(norm.parameters(), lr=0.1)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        total = 0.0
        for rows in [slice(0, 3), slice(3, 6), slice(6, 8)]:
            loss = F.mse_loss(norm(x[rows]), target[rows]) * (rows.stop - rows.start) / len(x)
            loss.backward()
            total += float(loss)
        optimizer.step()
        losses.append(total)
    references.curve("train_accumulated", "loss", losses)
    references.final("train_accumulated", batch_norm1d=norm)


def write(references):
    layers = {"batch_norm1d": nn.BatchNorm1d(4), "batch_norm2d": nn.BatchNorm2d(4), "slow": nn.BatchNorm1d(4, eps=1e-3, momentum=0.01)}
    modules = {name: references.module(name, trained_alike(layer)) for name, layer in layers.items()}
    x, target = draw(8, 4, mean=1.0, std=2.0), draw(8, 4)
    image, image_target = draw(8, 4, 2, 3, mean=1.0, std=2.0), draw(8, 4, 2, 3)
    references.inputs("training", x=x, target=target, image=image, image_target=image_target)
    references.layer("batch_norm1d_case", modules["batch_norm1d"], draw(8, 4), x=x)
    references.layer("batch_norm2d_case", modules["batch_norm2d"], draw(8, 4, 2, 3), x=image)
    references.case("slow_case", modules["slow"](x), x=x)
    sgd = lambda parameters: torch.optim.SGD(parameters, lr=0.1)
    for name in ["batch_norm1d", "slow"]:
        references.train(f"train_{name}", {name: modules[name]}, lambda norm: F.mse_loss(norm(x), target), sgd)
    loss = lambda norm: F.mse_loss(norm(image), image_target)
    references.train("train_batch_norm2d", {"batch_norm2d": modules["batch_norm2d"]}, loss, sgd)
    write_accumulated(references, modules["batch_norm1d"], x, target)
