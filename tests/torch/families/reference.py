"""What the families share: inputs that an f32 holds exactly, results in double precision, and the files they go to."""
import copy
import pathlib

import torch

import safetensors

FOLDER = pathlib.Path(__file__).parent.parent / "references"
STEPS = 10


def draw(*shape, mean=0.0, std=1.0):
    """Normal numbers, exact in f32, as doubles."""
    return (mean + std * torch.randn(shape)).double()


def exact(numbers):
    """These numbers rounded to f32, as doubles."""
    return torch.tensor(numbers, dtype=torch.float32).double()


def graded(f, *inputs, weight=None, parameters=()):
    """(f(inputs), gradients of sum(weight * f) with respect to the inputs and the parameters); one gradient stands alone."""
    inputs = [value.clone().requires_grad_() for value in inputs]
    value = f(*inputs)
    loss = value if weight is None else (weight * value).sum()
    gradients = torch.autograd.grad(loss, [*inputs, *parameters])
    return value, gradients[0] if len(gradients) == 1 else tuple(gradients)


def stored(value, integers="I32"):
    """A tensor as safetensors.py takes it: floats as f32; nnc's ids are i32, and PyTorch's integers are i64."""
    value = torch.as_tensor(value).detach()
    return "F32" if value.is_floating_point() else integers, list(value.shape), value.flatten().tolist()


class References:
    """The cases of one .nn file."""

    def __init__(self, family):
        torch.manual_seed(0)
        self.family = family
        self.tensors = {}
        self.modules = torch.nn.ModuleDict()

    def module(self, name, module):
        """Keeps the module's state dict as the start of `let NAME`, and returns the module in double precision."""
        self.modules[name] = module
        return copy.deepcopy(module).double().eval()

    def inputs(self, case, **inputs):
        for name, value in inputs.items():
            self.tensors[f"{case}/{name}"] = stored(value)

    def results(self, case, results, path="result"):
        if isinstance(results, tuple):
            for i, result in enumerate(results):
                self.results(case, result, f"{path}.{i}")
        else:
            self.tensors[f"{case}/{path if '.' in path else path + '.'}"] = stored(results)

    def tolerance(self, case, name, bound):
        """An absolute bound in place of compare.py's."""
        self.tensors[f"{case}/tolerance.{name}"] = stored(float(bound))

    def case(self, case, results, **inputs):
        self.inputs(case, **inputs)
        self.results(case, results)

    def layer(self, case, module, w, **inputs):
        """Value and gradients of a module, for its float inputs and its parameters, in their order."""
        value = graded(module, *inputs.values(), weight=w, parameters=list(module.parameters()))
        self.case(case, value, w=w, **inputs)

    def curve(self, run, name, figures):
        """The loss or a metric of each step."""
        self.tensors[f"{run}/curve.{name}"] = stored(figures)

    def final(self, run, **modules):
        """Parameters and buffers after the last step."""
        for name, module in modules.items():
            for key, value in module.state_dict().items():
                if value.is_floating_point():
                    self.tensors[f"{run}/final.{name}.{key}"] = stored(value)

    def train(self, run, modules, loss, optimizer, scheduler=None, metrics=None, batches=None):
        """STEPS epochs of `optimizer(parameters)` on copies of `modules` (name -> module).

        The loss is `loss(*modules)` of all rows, or with `batches`, a list of slices, `loss(*modules, rows)` of each.
        """
        modules = {name: copy.deepcopy(module).train() for name, module in modules.items()}
        optimizer = optimizer([p for module in modules.values() for p in module.parameters()])
        scheduler = scheduler(optimizer) if scheduler else None
        curves = {"loss": [], **{name: [] for name in metrics or {}}}
        for _ in range(STEPS):
            for name, metric in (metrics or {}).items():
                curves[name].append(float(metric(*modules.values())))
            total, count = 0.0, 0
            for rows in batches or [None]:
                value = loss(*modules.values(), *([rows] if rows else []))
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
                size = rows.stop - rows.start if rows else 1
                total, count = total + size * float(value), count + size
            curves["loss"].append(total / count)
            if scheduler:
                scheduler.step()
        for name, curve in curves.items():
            self.curve(run, name, curve)
        self.final(run, **modules)

    def save(self):
        safetensors.write(FOLDER / f"{self.family}.safetensors", self.tensors)
        state = {name: stored(value, integers="I64") for name, value in self.modules.state_dict().items()}
        if state:
            safetensors.write(FOLDER / f"{self.family}.weights.safetensors", state)
