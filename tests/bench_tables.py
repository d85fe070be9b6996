#!/usr/bin/env python3
"""The benchmarks' tables and JSON on made-up measurements; nothing is timed."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import memory
import products
import tables
import training

MACHINE = {"cpu": "a processor", "cores": 2, "limits": [{"threads": 1, "fma_gflops": 64.0}]}


class Jobs(unittest.TestCase):
    def test_operations_are_the_peers(self):
        self.assertEqual(training.JOBS["spiral_b32_sgd"], 2 * 32 * (2 * 100 * 2 + 100 * 3 * 3))
        self.assertEqual(training.JOBS["lstm_t50_b32_adam"], 2 * 32 * 50 * 512 * (32 * 2 + 128 * 3))

    def test_every_job_is_a_file(self):
        for job in training.JOBS:
            self.assertTrue((training.BENCH / "jobs" / f"{job}.nn").exists(), job)

    def test_row(self):
        row = training.row("spiral_b32_sgd", 1, 2.0, "PyTorch", 100.0, MACHINE)
        self.assertEqual(
            row,
            {
                "job": "spiral_b32_sgd",
                "threads": 1,
                "us_per_step": 2.0,
                "peer": "PyTorch",
                "peer_us_per_step": 100.0,
                "ratio": 50.0,
                "gflops": 41.6,
                "limit_fraction": 0.65,
            },
        )

    def test_what_is_not_known_is_null(self):
        row = training.row("spiral_b32_sgd", 2, 2.0, None, None, MACHINE)
        self.assertEqual([key for key, value in row.items() if value is None], ["peer", "peer_us_per_step", "ratio", "limit_fraction"])

    def test_table(self):
        rows = [
            training.row("spiral_b32_sgd", 1, 2.0, "PyTorch", 1234.5, MACHINE),
            training.row("spiral_b32_sgd", 2, 2.0, None, None, MACHINE),
        ]
        self.assertEqual(
            tables.jobs_table(rows).splitlines(),
            [
                "| job | threads | nnc, µs a step | peer | peer, µs a step | times as fast | GFLOP/s of nnc | of the limit |",
                "| --- | --: | --: | --- | --: | --: | --: | --: |",
                "| spiral_b32_sgd | 1 | 2.0 | PyTorch | 1,234.5 | 617.25 | 41.6 | 65% |",
                "| spiral_b32_sgd | 2 | 2.0 |  |  |  | 41.6 |  |",
            ],
        )


class Memory(unittest.TestCase):
    def test_every_job_is_a_file(self):
        for job in memory.JOBS:
            self.assertTrue((memory.BENCH / "jobs" / f"{job}.nn").exists(), job)

    def test_table(self):
        rows = [memory.row("a", 30_000_000, 60_000_000), memory.row("b", 40_000_000, None)]
        self.assertIsNone(rows[1]["ratio"])
        self.assertEqual(
            tables.memory_table(rows).splitlines()[2:],
            ["| a | 30.0 | 60.0 | 0.50 |", "| b | 40.0 |  |  |"],
        )


class Products(unittest.TestCase):
    def row(self, **peers):
        return products.with_ratios(
            {"group": "square", "layout": "NT", "m": 100, "k": 100, "n": 100, "nnc_us": 20.0, **({"peers": peers} if peers else {})}, 200.0
        )

    def test_the_better_peer_counts(self):
        row = self.row(OpenBLAS=30.0, oneDNN=25.0)
        self.assertEqual((row["gflops"], row["limit_fraction"], row["ratio"]), (100.0, 0.5, 1.25))

    def test_report(self):
        lines = products.report(200.0, [self.row(OpenBLAS=40.0), self.row(OpenBLAS=10.0)]).splitlines()
        self.assertIn("- square: 2 products, 50% of the limit in the geometric mean", lines)
        self.assertIn("  - against OpenBLAS: 1.00 times as fast, 0.50 at worst, slower in 1", lines)
        self.assertIn("| 100 x 100 x 100 | NT | square | 20.00 | 40.00 | 2.00 | 50% |", lines)

    def test_without_peers(self):
        self.assertIn("| 100 x 100 x 100 | NT | square | 20.00 |  | 50% |", products.report(200.0, [self.row()]))


if __name__ == "__main__":
    unittest.main()
