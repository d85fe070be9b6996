"""Reductions and tensors made from shapes."""
import torch
from torch.nn import functional as F

from families.reference import draw, graded


def write(references):
    reductions = {
        "mean": (torch.mean, ()),
        "mean_axis": (lambda x: x.mean(1), (4,)),
        "var": (torch.var, ()),
        "var_axis": (lambda x: x.var(0, unbiased=False, keepdim=True), (1, 5)),
        "std": (torch.std, ()),
        "std_axis": (lambda x: x.std(1), (4,)),
        "logsumexp": (lambda x: torch.logsumexp(x, (0, 1)), ()),
        "logsumexp_axis": (lambda x: torch.logsumexp(x, 1), (4,)),
        "norm": (torch.norm, ()),
        "norm_axis": (lambda x: x.norm(dim=1), (4,)),
        "tril": (torch.tril, (4, 5)),
        "triu": (lambda x: x.triu(1), (4, 5)),
    }
    for name, (f, shape) in reductions.items():
        x, w = draw(4, 5, mean=1.0, std=2.0), draw(*shape)
        references.case(f"{name}_case", graded(f, x, weight=w), x=x, w=w)

    ids = torch.randint(0, 5, (6,))
    references.case("one_hot_case", F.one_hot(ids, 5).float(), ids=ids)
    references.case("linspace_case", torch.linspace(-1.0, 2.0, 7))
    references.case("eye_case", torch.eye(4))
    x = draw(2, 3)
    references.case("zeros_like_case", torch.zeros_like(x), x=x)
    references.case("ones_like_case", torch.ones_like(x), x=x)
    references.case("full_like_case", torch.full_like(x, 0.3), x=x)
