"""Dropout. The draws differ from nnc's, so the share of zeros and the values of the rest are compared."""
import math

import torch
from torch import nn

from families.reference import draw

DRAWS = 4000  # of dropout.nn


def write(references):
    x = draw(6)
    references.case("dropout_case", nn.Dropout(0.3).eval()(x), x=x)
    y = nn.Dropout(0.3)(torch.ones(1000000))
    references.curve("train_dropout", "zeros", [(y == 0).float().mean()])
    references.curve("train_dropout", "largest", [y.max()])
    # Five standard errors of a share: that of nnc's draws, and that of the reference's.
    references.tolerance("train_dropout", "zeros", 5.0 * math.sqrt(0.3 * 0.7) * (1 / math.sqrt(DRAWS) + 1 / math.sqrt(len(y))))
