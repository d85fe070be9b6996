"""Single matrix products: nnc against OpenBLAS and oneDNN, by the program nnc_bench_matmul."""
import itertools
import json
import pathlib
import statistics
import subprocess

from measure import environment
from tables import products_table

# What holds the peers to the instruction set of a processor that nnc compiles for.
PEERS_LIKE = {"haswell": {"OPENBLAS_CORETYPE": "HASWELL", "DNNL_MAX_CPU_ISA": "AVX2"}}


def measure_products(args):
    """(limit in GFLOP/s, rows). Prints each row's name as it comes, since all take minutes."""
    program = pathlib.Path(args.build, "bench", "nnc_bench_matmul")
    command = [str(program), args.target_cpu, *args.names]
    env = {**environment(), **PEERS_LIKE.get(args.target_cpu, {})}
    rows = []
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        limit = json.loads(process.stdout.readline())["peak_gflops"]
        for line in process.stdout:
            rows.append(with_ratios(json.loads(line), limit))
    if process.returncode:
        raise SystemExit(f"{program}: exit {process.returncode}")
    return limit, rows


def with_ratios(row, limit):
    row.setdefault("peers", {})
    row["gflops"] = 2e-3 * row["m"] * row["k"] * row["n"] / row["nnc_us"]
    row["limit_fraction"] = row["gflops"] / limit
    row["ratio"] = min(row["peers"].values()) / row["nnc_us"] if row["peers"] else None
    return row


def summary(rows):
    """A line for each group and each library, and for the better library of each product."""
    lines = []
    for group, of_group in itertools.groupby(rows, key=lambda row: row["group"]):
        of_group = list(of_group)
        share = statistics.geometric_mean(row["limit_fraction"] for row in of_group)
        lines.append(f"- {group}: {len(of_group)} products, {share:.0%} of the limit in the geometric mean")
        ratios = {peer: [row["peers"][peer] / row["nnc_us"] for row in of_group] for peer in of_group[0]["peers"]}
        if ratios:
            ratios["the better of them"] = [row["ratio"] for row in of_group]
        for peer, values in ratios.items():
            slower = sum(value < 1 for value in values)
            lines.append(
                f"  - against {peer}: {statistics.geometric_mean(values):.2f} times as fast, {min(values):.2f} at worst, "
                f"slower in {slower}"
            )
    return "\n".join(lines)


def report(limit, rows):
    peers = list(rows[0]["peers"])
    return f"Limit of a core with this instruction set: {limit:.1f} GFLOP/s.\n\n{summary(rows)}\n\n{products_table(rows, peers)}"
