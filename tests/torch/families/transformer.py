"""The transformer block, with PyTorch's defaults and as language models have it."""
import torch
from torch import nn
from torch.nn import functional as F

from families.attention import added, causal_mask, hiding_mask, padding
from families.reference import draw, graded


class Decoder(nn.TransformerEncoderLayer):
    def forward(self, x):
        return super().forward(x, src_mask=causal_mask(x.shape[1], x.shape[1]))


def write(references):
    layers = {
        "block": nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, batch_first=True),
        "decoder": Decoder(8, 2, 12, dropout=0.0, activation="gelu", batch_first=True, norm_first=True),
    }
    target = draw(4, 5, 8)
    x = draw(4, 5, 8)
    references.inputs("training", x=x, target=target)
    momentum = lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9)
    modules = {name: references.module(name, layer) for name, layer in layers.items()}
    for name, module in modules.items():
        parameters = [module.norm1.weight, module.self_attn.in_proj_weight, module.linear1.bias]
        w = draw(4, 5, 8)
        references.case(f"{name}_case", graded(module, x, weight=w, parameters=parameters), x=x, w=w)
        references.train(f"train_{name}", {name: module}, lambda block: F.mse_loss(block(x), target), momentum)

    mask, padded = hiding_mask(5, 5), padding(5, 5, 3, 2, 5)
    mask[:, 0] = 0.0
    x, w = draw(4, 5, 8), draw(4, 5, 8)
    value = graded(lambda x: modules["block"](x, src_mask=mask, src_key_padding_mask=padded), x, weight=w)
    references.case("block_masked_case", value, x=x, mask=mask, padding=added(padded), w=w)
