"""Random numbers, by their shares and moments."""
import math

import torch

from families.reference import draw

DRAWS = 8192  # of random.nn
REFERENCE = 1000000
ERRORS = 5.0 * (1.0 / math.sqrt(DRAWS) + 1.0 / math.sqrt(REFERENCE))  # five standard errors of both, for a standard deviation of 1


def write(references):
    x = torch.randn(REFERENCE).double()
    powers = [x, x, x**3, x**4]
    references.case("randn_case", (x.mean(), x.std(), (x**3).mean(), (x**4).mean()))
    # A standard deviation scatters by sqrt(1/2), a moment by that of its power.
    for i, scatter in enumerate([1.0, math.sqrt(0.5), float(powers[2].std()), float(powers[3].std())]):
        references.tolerance("randn_case", i, ERRORS * scatter)

    references.case("bernoulli_case", torch.bernoulli(torch.full((REFERENCE,), 0.3)).mean())
    references.tolerance("bernoulli_case", "", ERRORS * math.sqrt(0.3 * 0.7))

    logits = draw(4)
    ids = torch.distributions.Categorical(logits=logits).sample((REFERENCE,))
    references.case("categorical_case", torch.bincount(ids, minlength=4) / REFERENCE, logits=logits)
    references.tolerance("categorical_case", "", ERRORS * 0.5)  # a share scatters most at 1/2
