"""Faults that a compiler might well have, for planted_faults.py: each a file, a text that occurs once in it, what it becomes, and what is
then wrong. A fault must compile and change what the program does."""
from typing import NamedTuple


class Fault(NamedTuple):
    path: str
    old: str
    new: str
    wrong: str


FAULTS = [
    # ---- The reference evaluator and the IR ----
    Fault("ir/evaluate/reduce.cpp", "-kInfinity, [](double a, double b) { return std::isnan(a) || a > b ? a : b; }",
          "-kInfinity, [](double a, double b) { return a > b ? a : b; }", "a maximum loses NaN"),
    Fault("ir/evaluate/elementwise_binary.cpp", "return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);", "return a / b;",
          "integers are divided towards zero"),
    Fault("ir/evaluate/index.cpp", "if (id >= 0 && id < rows) {", "if (id >= 0 && id < rows - 1) {", "scatter_add drops the last row"),
    Fault("ir/evaluate/scan.cpp", "int64_t iteration = scan.reverse ? length - 1 - step : step;", "int64_t iteration = step;",
          "loops never run backwards"),
    Fault("ir/evaluate/line.cpp", "for (int64_t i = 1; i < count; ++i) {", "for (int64_t i = 1; i + 1 < count; ++i) {",
          "a running sum stops one early"),
    Fault("ir/evaluate/source.cpp", "element == Element::kF32 ? 24 : 8", "element == Element::kF32 ? 23 : 8",
          "random numbers of f32 have a digit too few"),
    Fault("ir/dim.cpp", "return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);", "return a / b;",
          "dimensions are divided towards zero"),
    # ---- Derivatives ----
    Fault("passes/gradients/elementwise.cpp", "VjpSub(const VjpContext& v, size_t i) { return i == 0 ?",
          "VjpSub(const VjpContext& v, size_t i) { return i == 1 ?", "the gradient of a difference has the wrong sign"),
    Fault("passes/gradients/elementwise.cpp", "(1.0 - v.y * v.y)", "(1.0 - v.y)", "the gradient of tanh forgets a square"),
    Fault("passes/gradients/elementwise.cpp", "Select(Eq(b, b.Number(0)), b.Number(0), v.g * (b * Pow(a, b - 1.0)))",
          "v.g * (b * Pow(a, b - 1.0))", "the gradient of x^0 is NaN at 0"),
    Fault("passes/gradients/elementwise.cpp", "ToTheWinner(v, i, Gt(v.y, v.x(1)))", "ToTheWinner(v, i, Ge(v.y, v.x(1)))",
          "a maximum of equals gives its gradient to the other operand, too"),
    Fault("passes/gradients/contraction.cpp", "b_flag ? build.MatMul(v.g, v.x(0), true, a_flag) :",
          "b_flag ? build.MatMul(v.g, v.x(0), true, !a_flag) :", "a factor of a gradient is in the wrong layout"),
    Fault("passes/gradients/movement.cpp", "inverse[axes[i]] = static_cast<int64_t>(i);", "inverse[i] = axes[i];",
          "the gradient of a transpose is the transpose once more"),
    Fault("passes/gradients/movement.cpp", "v.build().Pad(v.g, Axis(v), start, Extent(v, 0) - limit)",
          "v.build().Pad(v.g, Axis(v), Extent(v, 0) - limit, start)", "the gradient of a slice is at the other end"),
    Fault("passes/gradients/reduce.cpp", "ToTheFirstGreatest(v, -v.x(0))", "ToTheFirstGreatest(v, v.x(0))",
          "the gradient of a minimum goes to the maximum"),
    Fault("passes/differentiate.cpp", "    share = UndoBroadcast(build_, share, function_.type(operand).shape);",
          "    if (function_.type(operand).is_scalar()) share = UndoBroadcast(build_, share, {});",
          "only what was broadcast from a scalar is summed up"),
    Fault("passes/differentiate.cpp", "build.Reduce(ir::Op::kReduceSum, share, axes, /*keepdims=*/true)",
          "build.Reduce(ir::Op::kReduceMax, share, axes, /*keepdims=*/true)", "what was broadcast along an axis gets one share, not the sum"),
    Fault("passes/differentiate.cpp", "adjoint = adjoint.valid() ? build_.Add(adjoint, share) : share;", "adjoint = share;",
          "a value used twice gets one user's share"),
    Fault("passes/differentiate_scan.cpp", "backward.reverse = !forward_.reverse;", "backward.reverse = forward_.reverse;",
          "the backward loop runs forwards"),
    Fault("passes/differentiate_scan.cpp", "carry->after = ir::Builder(joint_.function).Add(carry->after, term);", "carry->after = term;",
          "a captured value gets the share of one iteration"),
    # ---- Simplification ----
    Fault("passes/fold.cpp", "if (pads && bits != 0) return std::nullopt;", "if (pads && bits == 0) return std::nullopt;",
          "padding is taken for what it surrounds"),
    Fault("passes/cse.cpp", "return op == Op::kAdd || op == Op::kMul", "return op == Op::kAdd || op == Op::kSub || op == Op::kMul",
          "a - b and b - a are one"),
    Fault("passes/cse.cpp", "std::move(node.operands), std::move(node.attributes)}", "std::move(node.operands), {}}",
          "nodes with other attributes are one"),
    Fault("passes/simplify/movement.cpp", "Axis(s.node), offset + DimOf(s.node, AttributeKey::kStart),\n"
          "                       offset + DimOf(s.node, AttributeKey::kLimit));",
          "Axis(s.node), DimOf(s.node, AttributeKey::kStart) + offset - offset,\n"
          "                       DimOf(s.node, AttributeKey::kLimit));", "a slice of a slice begins at the first one's start"),
    Fault("passes/simplify/reduction.cpp", "s.build.Reshape(s.Inner(0), shape)} * *count;", "s.build.Reshape(s.Inner(0), shape)};",
          "the sum of n equal numbers is the number"),
    Fault("passes/simplify/logic.cpp", "if (from == Element::kI32) return to == Element::kI64 || to == Element::kF64;",
          "if (from == Element::kI32) return to == Element::kI64 || to == Element::kF64 || to == Element::kF32;",
          "f32 is taken to hold every i32"),
    Fault("passes/loops.cpp", "invariant_[i] = is_argument ? i >= scan_.inputs() ||", "invariant_[i] = is_argument ? i >= scan_.carries ||",
          "slices are taken to be the same in all iterations"),
    # ---- Code: which kernels, and where their memory lies ----
    Fault("codegen/buffers.cpp", "plan.places[static_cast<size_t>(buffer)].last = k;",
          "plan.places[static_cast<size_t>(buffer)].last = k - 1;", "a buffer's place is free before its last reader has run"),
    Fault("codegen/buffers.cpp", "return use.map == store.map && other.shape == type.shape &&", "return other.shape == type.shape &&",
          "a kernel overwrites what it reads at another place"),
    Fault("codegen/kernel_key.cpp", "    key_ += ir::ToString(n.attributes);\n", "", "kernels with other attributes share their code"),
    Fault("codegen/module.cpp", "const bool meet = !first && (split[k] || split[k == 0 ? split.size() - 1 : k - 1]);",
          "const bool meet = !first && split[k] && split[k == 0 ? split.size() - 1 : k - 1];",
          "threads do not wait for what the first one makes alone"),
    # ---- Code: nests of loops, lines ----
    Fault("codegen/nest_kernel.cpp", ".active = extent - whole,", ".active = extent - whole - 1,", "the last element of a row is not stored"),
    Fault("codegen/nest_kernel.cpp", "if (whole < extent) carried = visit(", "if (whole + 1 < extent) carried = visit(",
          "a tail of one element is left out of a reduction"),
    Fault("codegen/reduction.cpp", "earlier = ir.CreateICmpSLT(b[1], a[1]);", "earlier = ir.CreateICmpSGT(b[1], a[1]);",
          "argmax is the last of equals"),
    Fault("codegen/line_kernels.cpp", "Precedes(first, right, left))", "ir.CreateNot(Precedes(first, left, right)))",
          "sorting turns equals round"),
    Fault("codegen/line_kernels.cpp", "e_.ir().CreateMul(e_.arguments().thread, e_.Index(2 * extent))",
          "e_.ir().CreateMul(e_.arguments().thread, e_.Index(0 * extent))", "threads that sort share their scratch memory"),
    Fault("codegen/emitter_memory.cpp", "builder_.CreateAdd(odd, constant(0x7fff))", "builder_.CreateAdd(odd, constant(0x8000))",
          "bf16 rounds up too often"),
    # ---- Code: products ----
    Fault("codegen/matmul_outer.cpp", "ir().CreateNSWSub(e_.Index(k), k0));", "e_.Index(k));",
          "the last block of a long sum has too many terms"),
    Fault("codegen/matmul_tile.cpp", "return unroll == 1 ? sums : steps(whole, constant->getSExtValue() % unroll, sums);", "return sums;",
          "the last few terms of a product's sum are left out"),
    Fault("codegen/matmul_plan.cpp", "plan.pack_b = !spec.transpose_b && spec.n > 1;", "plan.pack_b = false;",
          "dot products read an operand in the wrong layout"),
    # ---- Code: functions of numbers ----
    Fault("codegen/vector_exponential.h", "kLog2Low = 0x1.7f7d1cp-20", "kLog2Low = 0x1.7f7d1cp-21", "a digit of log(2) is wrong"),
    Fault("codegen/vector_trigonometry.cpp", "ir.CreateAnd(turn, number(2))", "ir.CreateAnd(turn, number(1))",
          "sine has the wrong sign in two quadrants"),
    # ---- Training ----
    Fault("codegen/train_loop.cpp", "e_.Constant(ir::Element::kF64, static_cast<double>(rows))", "e_.Constant(ir::Element::kF64, 1)",
          "the smaller last batch counts as much as the others"),
    Fault("runtime/shuffle.cpp", "const int64_t begin = place % size;", "const int64_t begin = 0 * place;",
          "data that goes round begins anew in each pass"),
    Fault("runtime/trainer.cpp", "epoch_ = step_ / train_.batches.count;", "epoch_ = 0;", "a resumed run counts its epochs from 0"),
    Fault("runtime/normalize.cpp", "d > 0 ? std::sqrt(d / count) : 1;", "d > 0 ? std::sqrt(d / (count - 1)) : 1;",
          "data is divided by another deviation"),
    Fault("runtime/csv_scanner.cpp", "return at[1] == '\\n' ? Mark::kLineEnd : Mark::kText;",
          "return at[1] == 0 ? Mark::kLineEnd : Mark::kText;", "the carriage return stays in the last cell of a line"),
    # ---- The standard library ----
    Fault("frontend/std/optimizers.nn", "return p - lr * (g + beta * v)", "return p - lr * (g + v)", "nesterov looks too far ahead"),
    Fault("frontend/std/layers.nn", "x / (1.0 - p), 0.0)", "x, 0.0)", "dropout changes the mean"),
    Fault("frontend/std/norms.nn", "max(f32(samples) - 1.0, 1.0)", "max(f32(samples), 1.0)", "batch norm's running variance is not corrected"),
]
