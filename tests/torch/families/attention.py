"""Attention."""
import torch
from torch import nn
from torch.nn import functional as F

from families.reference import draw, graded


def causal_mask(queries, keys):
    """PyTorch's: true where a query may not look."""
    return ~torch.ones(queries, keys, dtype=torch.bool).tril()


def hiding_mask(queries, keys):
    """Numbers to add to scores, of which each row has one -inf."""
    mask = draw(queries, keys)
    mask[range(queries), [(2 * i + 1) % keys for i in range(queries)]] = -torch.inf
    return mask


def padding(length, *lengths):
    """PyTorch's mask of samples that are padded to one length: true where a key is padding."""
    return torch.arange(length) >= torch.tensor(lengths).unsqueeze(1)


def added(mask):
    """A boolean mask as numbers to add."""
    return torch.zeros(mask.shape).double().masked_fill(mask, -torch.inf)


def attention(q, k, v, mask=None, causal=False):
    return F._scaled_dot_product_attention(q, k, v, mask, is_causal=causal)[0]  # the function of PyTorch 2, by its name in 1.13


def write_attention(references):
    q, k, v, w = draw(2, 2, 3, 4), draw(2, 2, 5, 4), draw(2, 2, 5, 6), draw(2, 2, 3, 6)
    references.case("attention_case", graded(attention, q, k, v, weight=w), q=q, k=k, v=v, w=w)
    causal = lambda q, k, v: attention(q, k, v, causal=True)
    references.case("attention_causal_case", graded(causal, q, k, v, weight=w), q=q, k=k, v=v, w=w)
    mask = torch.stack([hiding_mask(3, 5) for _ in range(4)]).reshape(2, 2, 3, 5)
    references.case("attention_mask_case", graded(attention, q, k, v, mask, weight=w), q=q, k=k, v=v, mask=mask, w=w)
    k, v = draw(2, 2, 2, 4), draw(2, 2, 2, 6)
    references.case("attention_causal_case@fewer_keys", graded(causal, q, k, v, weight=w), q=q, k=k, v=v, w=w)


def write_attend(references, attend):
    projection = [attend.in_proj_weight, attend.in_proj_bias]
    x, w = draw(2, 4, 8), draw(2, 4, 8)
    all_parameters = [*projection, attend.out_proj.weight, attend.out_proj.bias]
    value = graded(lambda x: attend(x, x, x)[0], x, weight=w, parameters=all_parameters)
    references.case("attend_case", value, x=x, w=w)
    causal = lambda x: attend(x, x, x, attn_mask=causal_mask(4, 4))[0]
    references.case("attend_causal_case", graded(causal, x, weight=w, parameters=projection), x=x, w=w)
    key, value = draw(2, 6, 8), draw(2, 6, 8)
    cross = graded(lambda *inputs: attend(*inputs)[0], x, key, value, weight=w, parameters=projection)
    references.case("attend_cross_case", cross, query=x, key=key, value=value, w=w)
    mask = hiding_mask(4, 6)
    masked = graded(lambda *inputs: attend(*inputs, attn_mask=mask)[0], x, key, value, weight=w, parameters=projection)
    references.case("attend_mask_case", masked, query=x, key=key, value=value, mask=mask, w=w)
    mask, padded = hiding_mask(4, 4), padding(4, 4, 2)
    mask[:, 0] = 0.0  # what padding leaves of a row is not all hidden
    masked = lambda x: attend(x, x, x, attn_mask=mask, key_padding_mask=padded)[0]
    masked = graded(masked, x, weight=w, parameters=projection)
    references.case("attend_padding_case", masked, x=x, mask=mask, padding=added(padded), w=w)


def write(references):
    attend = references.module("attend", nn.MultiheadAttention(8, 2, batch_first=True))
    write_attention(references)
    write_attend(references, attend)
    unbiased = references.module("unbiased", nn.MultiheadAttention(8, 2, bias=False, batch_first=True))
    x, w = draw(2, 4, 8), draw(2, 4, 8)
    value = graded(lambda x: unbiased(x, x, x)[0], x, weight=w, parameters=list(unbiased.parameters()))
    references.case("unbiased_case", value, x=x, w=w)
    x, target = draw(4, 5, 8), draw(4, 5, 8)
    references.inputs("training", x=x, target=target)
    sgd = lambda parameters: torch.optim.SGD(parameters, lr=0.5)
    references.train("train_attend", {"attend": attend}, lambda attend: F.mse_loss(attend(x, x, x)[0], target), sgd)
