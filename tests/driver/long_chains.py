"""Programs of very many ops, each needing the one before, with one mebibyte of stack: nothing recurses along them.

long_chains.py NNC FOLDER: writes the programs to FOLDER, runs them and compares the results with sums made here.
"""
import pathlib
import resource
import subprocess
import sys

STACK = 1 << 20  # bytes
NNC, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])


def nnc(*arguments):
    def limit():
        resource.setrlimit(resource.RLIMIT_STACK, (STACK, STACK))
    done = subprocess.run([NNC, *map(str, arguments)], preexec_fn=limit, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"nnc {arguments[0]} ended with {done.returncode}: {done.stderr[:1000]}")
    return done.stdout


def chain(name, length, type_, op):
    """A function whose value number i is op(value i - 1, i) of the type."""
    path = FOLDER / f"{name}.nnir"
    lines = [f"  %v{i} = {op(f'v{i - 1}' if i else 'x', i)} : {type_}" for i in range(length)]
    path.write_text(f"func @f(%x: {type_}) -> ({type_}) {{\n" + "\n".join(lines) + f"\n  return y = %v{length - 1}\n}}\n")
    return path


def expect(path, x, result, *options):
    printed = nnc("run", path, "f", "--input", f"x={x}", "--no-cache", *options).strip()
    if printed != result:
        sys.exit(f"{path.name}: {printed}, not {result}")


LENGTH = 100_000
elementwise = chain("elementwise", LENGTH, "f32[2]", lambda v, i: f"add %{v}, %x")
expect(elementwise, "[1,2]", f"[{LENGTH + 1}.0, {2 * LENGTH + 2}.0]")
expect(elementwise, "[1,2]", f"[{LENGTH + 1}.0, {2 * LENGTH + 2}.0]", "--backend", "eval")
scalar = chain("scalar", LENGTH, "f32", lambda v, i: f"{'mul' if i % 2 else 'add'} %{v}, %x")
expect(scalar, "1", f"{LENGTH // 2 + 1}.0")
product = "matmul %{}, %x {{transpose_a = false, transpose_b = false}}"
expect(chain("kernels", 10_000, "f32[1, 1]", lambda v, i: product.format(v)), "[[1]]", "[[1.0]]")
views = chain("views", 10_000, "f32[2]", lambda v, i: f"add %{v}, %x" if i % 2 else f"reverse %{v} {{axis = 0}}")
expect(views, "[1,1]", "[5001.0, 5001.0]")

# The gradient of a chain is as long again.
body = "".join(f"    v{i} = {f'v{i - 1}' if i else 'x'} * w\n" for i in range(10_000))
training = FOLDER / "training.nn"
training.write_text(f"""nn 1
model Chain() {{
  param w: f32[3] = ones
  forward(x: f32[B, 3]) {{
{body}    return v9999
  }}
}}
let net = Chain()
data d {{
  generate i in 0..4 {{
    field x: f32[3] = ones([3])
  }}
}}
train fit {{
  data   = d
  batch  = 4
  epochs = 1
  minimize mean(net(x)) using sgd(lr: 0.0)
  metric weight = mean(net.w)
}}
""")
last = nnc("train", training, "--json", "--no-cache", "--out", FOLDER / "out").splitlines()[-1]
if '"loss":1.0' not in last.replace(" ", "") or '"steps":1' not in last.replace(" ", ""):
    sys.exit(last)
