"""Results as Markdown."""


def cell(value, form):
    return "" if value is None else form.format(value)


def table(header, alignment, rows):
    """`alignment`: a character a column, `<` or `>`."""
    lines = [header, ["---" if side == "<" else "--:" for side in alignment], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def jobs_table(rows):
    return table(
        ["job", "threads", "nnc, µs a step", "peer", "peer, µs a step", "times as fast", "GFLOP/s of nnc", "of the limit"],
        "<>><>>>>",
        [
            [
                row["job"],
                str(row["threads"]),
                f"{row['us_per_step']:,.1f}",
                row["peer"] or "",
                cell(row["peer_us_per_step"], "{:,.1f}"),
                cell(row["ratio"], "{:.2f}"),
                f"{row['gflops']:.1f}",
                cell(row["limit_fraction"], "{:.0%}"),
            ]
            for row in rows
        ],
    )


def memory_table(rows):
    return table(
        ["job, batches of 64", "nnc, MB", "PyTorch, MB", "ratio"],
        "<>>>",
        [
            [row["job"], f"{row['nnc_bytes'] * 1e-6:.1f}", cell(row["torch_bytes"] and row["torch_bytes"] * 1e-6, "{:.1f}"), cell(row["ratio"], "{:.2f}")]
            for row in rows
        ],
    )


def products_table(rows, peers):
    """`peers`: names of the libraries, a column each."""
    return table(
        ["product, M x K x N", "layout", "group", "nnc, µs", *[f"{peer}, µs" for peer in peers], "times as fast", "of the limit"],
        "<<<>" + ">" * len(peers) + ">>",
        [
            [
                f"{row['m']} x {row['k']} x {row['n']}",
                row["layout"],
                row["group"],
                f"{row['nnc_us']:,.2f}",
                *[cell(row["peers"].get(peer), "{:,.2f}") for peer in peers],
                cell(row["ratio"], "{:.2f}"),
                f"{row['limit_fraction']:.0%}",
            ]
            for row in rows
        ],
    )
