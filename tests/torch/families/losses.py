"""Losses."""
import torch
from torch.nn import functional as F

from families.reference import draw, exact, graded


def hinge(score, target):
    """PyTorch has none for targets -1 and 1."""
    return torch.clamp(1.0 - target * score, min=0.0).mean()


def kl_div(log_probs, target):
    return F.kl_div(log_probs, target, reduction="batchmean")


def write_pairs(references):
    x, target = draw(6, 4), draw(6, 4)
    pairs = {
        "mse": F.mse_loss,
        "mae": F.l1_loss,
        "huber": F.huber_loss,
        "huber_delta": lambda x, t: F.huber_loss(x, t, delta=0.5),
    }
    for name, f in pairs.items():
        references.case(f"{name}_case", graded(f, x, target), x=x, target=target)
        same = target.clone()
        same[::2] = x[::2]  # the kink of |x - target|
        references.case(f"{name}_case@equal", graded(f, x, same), x=x, target=same)

    bce = F.binary_cross_entropy_with_logits
    share = torch.rand(6, 4).double()
    for variant, factor in {"": 1.0, "@far": 32.0}.items():
        references.case(f"binary_cross_entropy_with_logits_case{variant}", graded(bce, factor * x, share), x=factor * x, target=share)
    sign = torch.sign(draw(6, 4))
    references.case("hinge_case", graded(hinge, 2.0 * x, sign), x=2.0 * x, target=sign)

    log_probs = exact(F.log_softmax(draw(6, 4), -1).tolist())
    q = exact(F.softmax(draw(6, 4), -1).tolist())
    references.case("kl_div_case", graded(kl_div, log_probs, q), x=log_probs, target=q)
    q[:, 1] = 0.0
    value, gradient = graded(lambda x: kl_div(x, q), log_probs)
    references.case("kl_div_zero_case", (value, gradient), x=log_probs, target=q)


def write_classes(references):
    label = torch.randint(0, 5, (8,))
    x = draw(8, 5)
    losses = {
        "nll": F.nll_loss,
        "cross_entropy": F.cross_entropy,
        "cross_entropy_smoothed": lambda x, label: F.cross_entropy(x, label, label_smoothing=0.1),
    }
    for name, f in losses.items():
        for variant, factor in {"": 1.0, "@far": 64.0}.items():
            value = graded(lambda x: f(x, label), factor * x)
            references.case(f"{name}_case{variant}", value, x=factor * x, label=label)
    x, label = draw(2, 4, 5), torch.randint(0, 5, (2, 4))
    value = graded(lambda x: F.cross_entropy(x.transpose(1, 2), label), x)
    references.case("cross_entropy_sequence_case", value, x=x, label=label)


def write(references):
    write_pairs(references)
    write_classes(references)
