// Movements that undo each other, do nothing, or can be taken together.
#include <algorithm>
#include <array>

#include "ir/type_rules.h"
#include "passes/simplify/rules.h"

namespace nnc::passes {

namespace {

using ir::AttributeKey;
using ir::Dim;
using ir::Op;
using ir::Shape;
using ir::Type;
using Axes = std::vector<int64_t>;

int64_t Axis(const ir::Node& node) { return node.attribute<int64_t>(AttributeKey::kAxis); }
Dim DimOf(const ir::Node& node, AttributeKey key) { return node.attribute<Dim>(key); }
bool SameAxis(const Site& s) { return Axis(s.Operand(0)) == Axis(s.node); }

bool IsNotNegative(const Dim& dim) { return dim.is_constant() && dim.value() >= 0; }

// A movement that leaves the shape as it is does nothing; this holds for all but transpose and reverse.
Simplification SameShape(const Site& s) {
  if (s.x(0).type() == s.node.type) return s.x(0);
  return std::nullopt;
}

Simplification ReshapeOfReshape(const Site& s) {
  if (s.Is(0, Op::kReshape)) return s.build.Reshape(s.Inner(0), s.node.type.shape);
  return std::nullopt;
}

// A scalar that was broadcast has equal elements: the driver broadcasts it to whatever shape comes next.
Simplification OfBroadcastScalar(const Site& s) {
  if (s.Is(0, Op::kBroadcast) && s.Inner(0).type().is_scalar()) return s.Inner(0);
  return std::nullopt;
}

Simplification TransposeOfTranspose(const Site& s) {
  if (!s.Is(0, Op::kTranspose)) return std::nullopt;
  Axes inner = s.Operand(0).attribute<Axes>(AttributeKey::kAxes), composed;
  for (int64_t axis : s.node.attribute<Axes>(AttributeKey::kAxes)) composed.push_back(inner[axis]);
  return s.build.Transpose(s.Inner(0), composed);
}

// Where only axes of extent 1 change places, the elements keep their order.
Simplification TransposeOfUnitAxes(const Site& s) {
  Shape from = s.x(0).type().shape;
  int64_t last = -1;
  for (int64_t axis : s.node.attribute<Axes>(AttributeKey::kAxes)) {
    if (from[axis] == Dim(1)) continue;
    if (axis < last) return std::nullopt;
    last = axis;
  }
  return s.build.Reshape(s.x(0), s.node.type.shape);
}

Simplification BroadcastOfBroadcast(const Site& s) {
  if (!s.Is(0, Op::kBroadcast)) return std::nullopt;
  const Type ends[] = {s.Inner(0).type(), s.node.type};
  auto reached = BroadcastShapes(ends, "");
  if (!std::holds_alternative<Shape>(reached) || std::get<Shape>(reached) != s.node.type.shape) return std::nullopt;
  return s.Inner(0);
}

// An index range along a longer shape is an index range.
Simplification BroadcastOfIota(const Site& s) {
  if (!s.Is(0, Op::kIota)) return std::nullopt;
  const Type from = s.x(0).type();
  int64_t axis = Axis(s.Operand(0)) + s.node.type.rank() - from.rank();
  if (s.node.type.shape[axis] != from.shape[Axis(s.Operand(0))]) return std::nullopt;
  return s.build.Iota(s.node.type.shape, axis);
}

Simplification SliceOfSlice(const Site& s) {
  if (!s.Is(0, Op::kSlice) || !SameAxis(s)) return std::nullopt;
  Dim offset = DimOf(s.Operand(0), AttributeKey::kStart);
  return s.build.Slice(s.Inner(0), Axis(s.node), offset + DimOf(s.node, AttributeKey::kStart),
                       offset + DimOf(s.node, AttributeKey::kLimit));
}

// A slice that lies within one part of a concatenation is a slice of the part.
Simplification SliceOfConcat(const Site& s) {
  if (!s.Is(0, Op::kConcat) || !SameAxis(s)) return std::nullopt;
  Dim start = DimOf(s.node, AttributeKey::kStart), limit = DimOf(s.node, AttributeKey::kLimit);
  Dim begin = 0;
  for (size_t part = 0; part < s.Operand(0).operands.size(); ++part) {
    Dim end = begin + s.Inner(0, part).type().shape[Axis(s.node)];
    if (IsNotNegative(start - begin) && IsNotNegative(end - limit)) {
      return s.build.Slice(s.Inner(0, part), Axis(s.node), start - begin, limit - begin);
    }
    begin = end;
  }
  return std::nullopt;
}

// A slice that lies within the padded is a slice of it; one that has it whole leaves some of the padding.
Simplification SliceOfPad(const Site& s) {
  if (!s.Is(0, Op::kPad) || !SameAxis(s)) return std::nullopt;
  Dim low = DimOf(s.Operand(0), AttributeKey::kLow);
  Dim start = DimOf(s.node, AttributeKey::kStart) - low, limit = DimOf(s.node, AttributeKey::kLimit) - low;
  Dim inside = s.Inner(0).type().shape[Axis(s.node)] - limit;
  if (IsNotNegative(start) && IsNotNegative(inside)) return s.build.Slice(s.Inner(0), Axis(s.node), start, limit);
  if (!IsNotNegative(Dim(0) - start) || !IsNotNegative(Dim(0) - inside)) return std::nullopt;
  return s.build.Pad(s.Inner(0), Axis(s.node), Dim(0) - start, Dim(0) - inside);
}

Simplification PadOfPad(const Site& s) {
  if (!s.Is(0, Op::kPad) || !SameAxis(s)) return std::nullopt;
  ir::Node inner = s.Operand(0);
  return s.build.Pad(s.Inner(0), Axis(s.node), DimOf(inner, AttributeKey::kLow) + DimOf(s.node, AttributeKey::kLow),
                     DimOf(inner, AttributeKey::kHigh) + DimOf(s.node, AttributeKey::kHigh));
}

Simplification ConcatOfEmptyParts(const Site& s) {
  std::vector<ir::Value> parts;
  for (size_t part = 0; part < s.node.operands.size(); ++part) {
    if (s.x(part).type().shape[Axis(s.node)] != Dim(0)) parts.push_back(s.node.operands[part]);
  }
  if (parts.empty() || parts.size() == s.node.operands.size()) return std::nullopt;
  return s.build.Concat(parts, Axis(s.node));
}

Simplification ReverseOfReverse(const Site& s) {
  if (s.Is(0, Op::kReverse) && SameAxis(s)) return s.Inner(0);
  return std::nullopt;
}

Simplification ReverseOfOne(const Site& s) {
  if (s.node.type.shape[Axis(s.node)] == Dim(1)) return s.x(0);
  return std::nullopt;
}

constexpr std::array kRules = {
    Rule{Op::kReshape, SameShape},
    Rule{Op::kReshape, ReshapeOfReshape},
    Rule{Op::kReshape, OfBroadcastScalar},
    Rule{Op::kTranspose, TransposeOfUnitAxes},
    Rule{Op::kTranspose, TransposeOfTranspose},
    Rule{Op::kTranspose, OfBroadcastScalar},
    Rule{Op::kBroadcast, SameShape},
    Rule{Op::kBroadcast, BroadcastOfBroadcast},
    Rule{Op::kBroadcast, BroadcastOfIota},
    Rule{Op::kSlice, SameShape},
    Rule{Op::kSlice, SliceOfSlice},
    Rule{Op::kSlice, SliceOfConcat},
    Rule{Op::kSlice, SliceOfPad},
    Rule{Op::kSlice, OfBroadcastScalar},
    Rule{Op::kPad, SameShape},
    Rule{Op::kPad, PadOfPad},
    Rule{Op::kConcat, SameShape},
    Rule{Op::kConcat, ConcatOfEmptyParts},
    Rule{Op::kReverse, ReverseOfOne},
    Rule{Op::kReverse, ReverseOfReverse},
    Rule{Op::kReverse, OfBroadcastScalar},
    Rule{Op::kShear, SameShape},
    Rule{Op::kShear, OfBroadcastScalar},
    Rule{Op::kUnshear, SameShape},
};

}  // namespace

std::span<const Rule> MovementRules() { return kRules; }

namespace {

// Whether the axes of `fine` are those of `coarse`, some of them split.
bool Splits(const Shape& fine, const Shape& coarse) {
  Dim reached = 1, wanted = 1;
  size_t next = 0;
  for (const Dim& dim : coarse) {
    wanted = wanted * dim;
    while (reached != wanted && next < fine.size()) reached = reached * fine[next++];
    if (reached != wanted) return false;
  }
  return true;
}

// op(reshape x, reshape y, c) is reshape op(x, reshape y, c) where the axes of x are those of y, some of them split.
Simplification OperateInFinestShape(const Site& s) {
  std::optional<Shape> finest;
  for (size_t i = 0; i < s.operands(); ++i) {
    if (s.x(i).type().is_scalar() || s.Number(s.x(i))) continue;
    if (!s.Is(i, Op::kReshape) || s.x(i).type().shape != s.node.type.shape) return std::nullopt;
    const Shape from = s.Inner(i).type().shape;
    if (!finest || Splits(from, *finest)) finest = from;
    if (!Splits(*finest, from)) return std::nullopt;
  }
  if (!finest) return std::nullopt;
  std::vector<ir::Value> operands = s.node.operands;
  for (size_t i = 0; i < s.operands(); ++i) {
    if (auto number = s.Number(s.x(i))) {
      operands[i] = s.x(i).Number(*number);
    } else if (!s.x(i).type().is_scalar()) {
      operands[i] = s.build.Reshape(s.Inner(i), *finest);
    }
  }
  return s.build.Reshape(s.build.Apply(s.node.op, std::move(operands), s.node.attributes), s.node.type.shape);
}

}  // namespace

// op(move x, move y, c) is move op(x, y, c) for one transpose or reshape and numbers c. Movements sink until they meet
// their inverse: the layers of a convnet take channels last inside, and what is between them then needs no other
// layout.
Simplification OperateBeforeMovement(const Site& s) {
  std::optional<ir::Node> first;
  Shape from;
  std::vector<ir::Value> operands = s.node.operands;
  for (size_t i = 0; i < s.operands(); ++i) {
    if (s.x(i).type().is_scalar() || s.Number(s.x(i))) continue;
    const ir::Node move = s.Operand(i);
    const bool moves = move.op == Op::kTranspose || move.op == Op::kReshape;
    if (!moves || move.type.shape != s.node.type.shape) return std::nullopt;
    if (first && (move.op != first->op || move.attributes != first->attributes)) return std::nullopt;
    if (first && s.Inner(i).type().shape != from) return OperateInFinestShape(s);
    first = move;
    from = s.Inner(i).type().shape;
    operands[i] = s.Inner(i);
  }
  if (!first) return std::nullopt;
  for (size_t i = 0; i < s.operands(); ++i) {
    if (auto number = s.Number(s.x(i))) operands[i] = s.x(i).Number(*number);
  }
  return s.build.Apply(first->op, {s.build.Apply(s.node.op, std::move(operands), s.node.attributes)},
                       first->attributes);
}

}  // namespace nnc::passes
