"""Normalization layers without state."""
import torch
from torch import nn
from torch.nn import functional as F

from families.reference import draw, graded


class RMSNorm(nn.Module):
    """PyTorch 1.13 has none; that of later versions."""

    def __init__(self, features, eps=torch.finfo(torch.float32).eps):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(features))

    def forward(self, x):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + self.eps) * self.weight


def trained_alike(layer):
    """The layer with other scales, shifts and running averages than its initial ones."""
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter += 0.5 * torch.randn(parameter.shape)
        for buffer in layer.buffers():
            if buffer.is_floating_point():
                buffer += torch.rand(buffer.shape)
    return layer


def write(references):
    layers = {"layer_norm": nn.LayerNorm(5), "rms_norm": RMSNorm(5, eps=1e-3), "group_norm": nn.GroupNorm(2, 4)}
    modules = {name: references.module(name, trained_alike(layer)) for name, layer in layers.items()}
    x, target = draw(8, 5, mean=1.0, std=2.0), draw(8, 5)
    image, image_target = draw(8, 4, 2, 3, mean=1.0, std=2.0), draw(8, 4, 2, 3)
    references.inputs("training", x=x, target=target, image=image, image_target=image_target)
    sgd = lambda parameters: torch.optim.SGD(parameters, lr=0.1)
    for name in ["layer_norm", "rms_norm"]:
        references.layer(f"{name}_case", modules[name], draw(8, 5), x=x)
        references.train(f"train_{name}", {name: modules[name]}, lambda norm: F.mse_loss(norm(x), target), sgd)
    references.layer("layer_norm_sequence_case", modules["layer_norm"], draw(2, 3, 5), x=draw(2, 3, 5))
    references.case("plain_norm_case", graded(nn.LayerNorm(5, elementwise_affine=False), x, weight=target), x=x, w=target)
    small = draw(8, 5, std=2.0**-11)
    references.module("default_rms_norm", RMSNorm(5))
    references.case("default_rms_norm_case", graded(RMSNorm(5).double(), small, weight=target), x=small, w=target)
    references.layer("group_norm_sequence_case", modules["group_norm"], draw(2, 4, 3), x=draw(2, 4, 3))
    references.layer("group_norm_case", modules["group_norm"], draw(8, 4, 2, 3), x=image)
    loss = lambda norm: F.mse_loss(norm(image), image_target)
    references.train("train_group_norm", {"group_norm": modules["group_norm"]}, loss, sgd)
