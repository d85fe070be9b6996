// Identities of bools, comparisons, selections and conversions.
#include <array>
#include <limits>

#include "passes/simplify/rules.h"

namespace nnc::passes {

namespace {

using ir::Element;
using ir::Op;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Simplification NotNot(const Site& s) {
  if (s.Is(0, Op::kNot)) return s.Inner(0);
  return std::nullopt;
}

// Conjunction and disjunction with a known bool, or with itself.
Simplification KnownBool(const Site& s) {
  bool neutral = s.node.op == Op::kAnd;
  for (size_t i = 0; i < 2; ++i) {
    if (s.IsNumber(i, neutral)) return s.x(1 - i);
    if (s.IsNumber(i, !neutral)) return s.x(i);
  }
  if (s.x(0).value == s.x(1).value) return s.x(0);
  return std::nullopt;
}

// Nothing is below -inf or above inf, NaN included; a `clamp` without a limit asks.
Simplification BeyondInfinity(const Site& s) {
  if (!s.IsNumber(1, s.node.op == Op::kLt ? -kInfinity : kInfinity)) return std::nullopt;
  return s.build.Constant(0, Element::kBool);
}

Simplification KnownCondition(const Site& s) {
  if (s.IsNumber(0, 1)) return s.x(1);
  if (s.IsNumber(0, 0)) return s.x(2);
  return std::nullopt;
}

Simplification EqualBranches(const Site& s) {
  if (s.x(1).value == s.x(2).value) return s.x(1);
  return std::nullopt;
}

Simplification SelectNot(const Site& s) {
  if (s.Is(0, Op::kNot)) return Select(s.Inner(0), s.x(2), s.x(1));
  return std::nullopt;
}

Simplification SameElement(const Site& s) {
  if (s.x(0).type().element == s.element()) return s.x(0);
  return std::nullopt;
}

// Whether every number of `from` is one of `to`.
bool Embeds(Element from, Element to) {
  if (from == to || from == Element::kBool) return true;
  if (from == Element::kU8) return to != Element::kBool;
  if (from == Element::kI32) return to == Element::kI64 || to == Element::kF64;
  if (from == Element::kBF16) return to == Element::kF32 || to == Element::kF64;
  return from == Element::kF32 && to == Element::kF64;
}

Simplification CastOfCast(const Site& s) {
  if (!s.Is(0, Op::kCast)) return std::nullopt;
  Expression inner = s.Inner(0);
  if (!Embeds(inner.type().element, s.x(0).type().element)) return std::nullopt;
  return s.build.Cast(inner, s.element());
}

// The cut has done its work once derivatives are expanded.
Simplification NoStop(const Site& s) { return s.x(0); }

constexpr std::array kRules = {
    Rule{Op::kNot, NotNot},           Rule{Op::kAnd, KnownBool},       Rule{Op::kOr, KnownBool},
    Rule{Op::kLt, BeyondInfinity},    Rule{Op::kGt, BeyondInfinity},   Rule{Op::kSelect, KnownCondition},
    Rule{Op::kSelect, EqualBranches}, Rule{Op::kSelect, SelectNot},    Rule{Op::kCast, SameElement},
    Rule{Op::kCast, CastOfCast},      Rule{Op::kStopGradient, NoStop},
};

}  // namespace

std::span<const Rule> LogicRules() { return kRules; }

}  // namespace nnc::passes
