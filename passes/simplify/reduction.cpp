// Identities of reductions.
#include <algorithm>
#include <array>

#include "passes/simplify/rules.h"

namespace nnc::passes {

namespace {

using ir::AttributeKey;
using ir::Dim;
using ir::Op;
using ir::Shape;
using Axes = std::vector<int64_t>;

const Axes& AxesOf(const ir::Node& node) { return node.attribute<Axes>(AttributeKey::kAxes); }

bool Holds(const Axes& axes, int64_t axis) { return std::count(axes.begin(), axes.end(), axis) > 0; }

// Folding single elements, or over no axes.
Simplification OverUnitAxes(const Site& s) {
  for (int64_t axis : AxesOf(s.node)) {
    if (s.x(0).type().shape[axis] != Dim(1)) return std::nullopt;
  }
  return s.build.Reshape(s.x(0), s.node.type.shape);
}

// The axes of the first operand that reductions one after the other fold.
Axes FoldedTogether(const ir::Node& first, int64_t rank, const ir::Node& second) {
  bool kept = first.attribute<bool>(AttributeKey::kKeepdims);
  Axes folded = AxesOf(first);
  int64_t place = 0;  // of the axis in the first one's result
  for (int64_t axis = 0; axis < rank; ++axis) {
    bool is_folded = Holds(AxesOf(first), axis);
    if (is_folded && !kept) continue;
    if (!is_folded && Holds(AxesOf(second), place)) folded.push_back(axis);
    ++place;
  }
  return folded;
}

Simplification OfSameReduction(const Site& s) {
  if (!s.Is(0, s.node.op) || !s.OnlyUse(0)) return std::nullopt;
  Axes axes = FoldedTogether(s.Operand(0), s.Inner(0).type().rank(), s.node);
  return s.build.Reshape(s.build.Reduce(s.node.op, s.Inner(0), std::move(axes)), s.node.type.shape);
}

Simplification SumOfNegated(const Site& s) {
  if (!s.Is(0, Op::kNeg)) return std::nullopt;
  return -Expression{&s.build, s.build.Apply(s.node.op, {s.Inner(0)}, s.node.attributes)};
}

// The number of elements folded into one, where it is known and not 0.
std::optional<double> FoldedCount(const Site& s) {
  Dim count = 1;
  for (int64_t axis : AxesOf(s.node)) count = count * s.x(0).type().shape[axis];
  if (!count.is_constant() || count == Dim(0)) return std::nullopt;
  return static_cast<double>(count.value());
}

// n equal numbers sum to n times the number, which rounds once.
Simplification SumOfBroadcast(const Site& s) {
  if (!s.Is(0, Op::kBroadcast)) return std::nullopt;
  ir::Type from = s.Inner(0).type();
  int64_t leading = s.x(0).type().rank() - from.rank();
  for (int64_t axis : AxesOf(s.node)) {
    bool stretched = axis < leading || from.shape[axis - leading] == Dim(1);
    if (!stretched) return std::nullopt;
  }
  auto count = FoldedCount(s);
  if (!count) return std::nullopt;
  bool kept = s.node.attribute<bool>(AttributeKey::kKeepdims);
  Shape shape;
  for (int64_t axis = leading; axis < s.x(0).type().rank(); ++axis) {
    if (kept || !Holds(AxesOf(s.node), axis)) shape.push_back(from.shape[axis - leading]);
  }
  return Expression{&s.build, s.build.Reshape(s.Inner(0), shape)} * *count;
}

constexpr std::array kRules = {
    Rule{Op::kReduceSum, OverUnitAxes},    Rule{Op::kReduceProd, OverUnitAxes},
    Rule{Op::kReduceMax, OverUnitAxes},    Rule{Op::kReduceMin, OverUnitAxes},
    Rule{Op::kReduceSum, OfSameReduction}, Rule{Op::kReduceProd, OfSameReduction},
    Rule{Op::kReduceMax, OfSameReduction}, Rule{Op::kReduceMin, OfSameReduction},
    Rule{Op::kReduceSum, SumOfNegated},    Rule{Op::kReduceSum, SumOfBroadcast},
};

}  // namespace

std::span<const Rule> ReductionRules() { return kRules; }

}  // namespace nnc::passes
