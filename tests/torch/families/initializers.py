"""Initial values: constants are compared as they are, draws by their mean, standard deviation and bounds."""
import math

import torch
from torch import nn
from torch.nn import init

REPEATS = 200  # PyTorch draws so often; the scatter of its own figures then hardly counts
SIGMAS = 5.0  # a right figure lies further off once in 1.7 million draws


def tolerances(draws):
    """Bounds for (mean, std, min, max) of one draw of this shape against those of all draws.

    The standard errors of n draws: of the mean std/sqrt(n), of the standard deviation std*sqrt((kurtosis - 1)/(4n)), with kurtosis 9/5 for
    uniform and 3 for normal numbers. The least of n uniform numbers is above the bound by more than 20/n of the range once in e^20 draws;
    the extremes of normal numbers have a scatter below the standard deviation.
    """
    n, std = draws[0].numel(), float(draws.std())
    kurtosis = float(((draws - draws.mean()) ** 4).mean()) / std**4
    bounded = kurtosis < 2.4
    errors = SIGMAS / math.sqrt(n) * (1.0 + 1.0 / math.sqrt(len(draws)))
    extreme = 20.0 / n * math.sqrt(12.0) * std if bounded else SIGMAS * std
    return errors * std, errors * std * math.sqrt((kurtosis - 1.0) / 4.0), extreme, extreme


def extremes(draws):
    """Those of all uniform draws; the mean of each draw's for normal ones, which have no bound."""
    flat = draws.flatten(1)
    low, high = flat.min(1).values, flat.max(1).values
    if float(low.std()) < 0.05 * float(draws.std()):
        return low.min(), high.max()
    return low.mean(), high.mean()


def compare_draws(references, name, make):
    draws = torch.stack([make() for _ in range(REPEATS)]).double().detach()
    references.case(name, (draws.mean(), draws.std(), *extremes(draws)))
    for i, bound in enumerate(tolerances(draws)):
        references.tolerance(name, i, bound)


def filled(initializer, shape, *arguments, **named):
    return lambda: initializer(torch.empty(shape), *arguments, **named)


def write(references):
    flat, window = (64, 128), (64, 8, 4, 4)
    references.case("zeros_case", init.zeros_(torch.empty(8, 4)))
    references.case("ones_case", init.ones_(torch.empty(8, 4)))
    references.case("constant_case", init.constant_(torch.empty(8, 4), 0.3))
    drawn = {
        "uniform": filled(init.uniform_, flat),
        "uniform_bounds": filled(init.uniform_, flat, -0.2, 0.6),
        "normal": filled(init.normal_, flat),
        "normal_std": filled(init.normal_, flat, 0.5, 0.02),
        "kaiming_uniform": filled(init.kaiming_uniform_, flat),
        "kaiming_uniform_window": filled(init.kaiming_uniform_, window, a=0.2),
        "kaiming_uniform_fan_out": filled(init.kaiming_uniform_, window, mode="fan_out"),
        "kaiming_normal": filled(init.kaiming_normal_, flat),
        "kaiming_normal_window": filled(init.kaiming_normal_, window, a=0.2),
        "kaiming_normal_fan_out": filled(init.kaiming_normal_, window, mode="fan_out"),
        "xavier_uniform": filled(init.xavier_uniform_, flat),
        "xavier_uniform_window": filled(init.xavier_uniform_, window, gain=2.0),
        "xavier_normal": filled(init.xavier_normal_, flat),
        "xavier_normal_window": filled(init.xavier_normal_, window, gain=2.0),
        "orthogonal": filled(init.orthogonal_, flat),
        "linear_weight": lambda: nn.Linear(32, 256).weight,
        "linear_bias": lambda: nn.Linear(32, 256).bias,
        "embedding_weight": lambda: nn.Embedding(256, 32).weight,
        "attention_in_weight": lambda: nn.MultiheadAttention(32, 4).in_proj_weight,
        "attention_out_weight": lambda: nn.MultiheadAttention(32, 4).out_proj.weight,
    }
    for name, make in drawn.items():
        compare_draws(references, f"{name}_case", make)
    rows = init.orthogonal_(torch.empty(6, 2, 5), gain=2.0).double().reshape(6, 10)
    columns = init.orthogonal_(torch.empty(10, 6)).double()
    references.case("orthogonal_rows_case", rows @ rows.T)
    references.case("orthogonal_columns_case", columns.T @ columns)
    references.tolerance("orthogonal_rows_case", "", 4e-5)  # 1e-5 of the squared gain, as the reference of functions promises
    references.tolerance("orthogonal_columns_case", "", 1e-5)
    references.case("attention_in_bias_case", nn.MultiheadAttention(32, 4).in_proj_bias)
    references.case("attention_out_bias_case", nn.MultiheadAttention(32, 4).out_proj.bias)
    for name, layer in {"layer_norm": nn.LayerNorm(5), "batch_norm": nn.BatchNorm2d(5), "group_norm": nn.GroupNorm(2, 4)}.items():
        references.case(f"{name}_case", tuple(value for value in layer.state_dict().values() if value.is_floating_point()))
