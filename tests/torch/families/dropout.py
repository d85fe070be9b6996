"""Dropout. The draws differ from nnc's, so the share of zeros and the values of the rest are compared."""
import math

import torch
from torch import nn

from families.reference import draw

P = 0.3
DRAWS = 4000  # of train_dropout
BLOCK_DRAWS = 4000 * 5 * 8  # of train_block


def compare_mean(references, run, name, values, draws, alike=1):
    """A mean within five standard errors, that of nnc's draws and that of the reference's. As many as `alike` elements share a draw."""
    values = values.double().flatten()
    references.curve(run, name, [values.mean()])
    error = float(values.std()) * (math.sqrt(alike / draws) + math.sqrt(alike / len(values)))
    references.tolerance(run, name, 5.0 * error)


def probe(**parameters):
    """A block whose parameters are 0 but for these."""
    block = nn.TransformerEncoderLayer(8, 2, 12, dropout=P, batch_first=True, norm_first=True)
    with torch.no_grad():
        for name, parameter in block.named_parameters():
            parameter.copy_(parameters.get(name.replace(".", "_"), torch.zeros(())))
    return block


def write_block(references):
    value_bias = torch.cat([torch.zeros(16), torch.ones(8)])
    probes = {
        "after_attention": probe(self_attn_out_proj_bias=torch.ones(8)),
        "of_attention": probe(self_attn_in_proj_bias=value_bias, self_attn_out_proj_weight=torch.eye(8)),
        "after_activation": probe(linear1_bias=torch.ones(12), linear2_weight=torch.eye(8, 12)),
        "after_feed": probe(linear2_bias=torch.ones(8)),
    }
    for name, block in probes.items():
        references.module(name, block)
    drawn = {name: block.train()(torch.zeros(20000, 5, 8)).detach() for name, block in probes.items()}
    for name, place in {"attended": "after_attention", "activated": "after_activation", "fed": "after_feed"}.items():
        compare_mean(references, "train_block", f"{name}_zeros", drawn[place] == 0, BLOCK_DRAWS)
        references.curve("train_block", f"{name}_largest", [drawn[place].max()])
    # The 4 channels of a head have one draw.
    compare_mean(references, "train_block", "shares_mean", drawn["of_attention"], BLOCK_DRAWS, alike=4)
    compare_mean(references, "train_block", "shares_square", drawn["of_attention"].square(), BLOCK_DRAWS, alike=4)

    block = references.module("block", nn.TransformerEncoderLayer(8, 2, 12, dropout=P, batch_first=True))
    x = draw(2, 5, 8)
    references.case("block_case", block(x), x=x)


class One(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.Parameter(torch.tensor(1.0))


def write(references):
    x = draw(6)
    references.case("dropout_case", nn.Dropout(0.3).eval()(x), x=x)
    references.module("one", One())
    y = nn.Dropout(P)(torch.ones(1000000))
    compare_mean(references, "train_dropout", "zeros", y == 0, DRAWS)
    references.curve("train_dropout", "largest", [y.max()])
    write_block(references)
