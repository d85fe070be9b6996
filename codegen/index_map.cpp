#include "codegen/index_map.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace nnc::codegen {
namespace {

using ir::AttributeKey;
using ir::Op;

IndexMap AlignTrailing(const std::vector<int64_t>& shape, const IndexMap& map) {
  const size_t skipped = map.size() - shape.size();
  IndexMap result(shape.size());
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] != 1) result[i] = map[skipped + i];
  }
  return result;
}

// For each axis of `from` the first of the run of axes of `to` that it splits into, and the end of the last; empty
// where they are no such runs.
std::vector<size_t> RunsOf(const std::vector<int64_t>& from, const std::vector<int64_t>& to) {
  std::vector<size_t> runs;
  size_t next = 0;
  for (int64_t extent : from) {
    runs.push_back(next);
    for (int64_t product = 1; product < extent; ++next) {
      if (next == to.size() || to[next] == 0) return {};
      product *= to[next];
      if (product > extent) return {};
    }
    if (extent != 0) continue;
    if (next == to.size() || to[next] != 0) return {};
    ++next;
  }
  while (next < to.size() && to[next] == 1) ++next;
  if (next < to.size()) return {};
  runs.push_back(next);
  return runs;
}

IndexMap MapThroughSplit(const std::vector<int64_t>& from, const std::vector<int64_t>& to, const IndexMap& map) {
  const std::vector<size_t> runs = RunsOf(from, to);
  IndexMap result(from.size());
  for (size_t i = 0; i < from.size(); ++i) {
    for (size_t j = runs[i]; j < runs[i + 1]; ++j) {
      if (to[j] != 1) result[i] = result[i] * to[j] + map[j];
    }
  }
  return result;
}

AxisIndex InLowestTerms(AxisIndex a) {
  std::erase_if(a.terms, [](const AxisIndex::Term& term) { return term.scale == 0; });
  int64_t common = std::gcd(a.divisor, a.offset);
  for (const AxisIndex::Term& term : a.terms) common = std::gcd(common, term.scale);
  if (common <= 1) return a;
  for (AxisIndex::Term& term : a.terms) term.scale /= common;
  a.offset /= common;
  a.divisor /= common;
  return a;
}

IndexMap Permute(const std::vector<int64_t>& axes, const IndexMap& map) {
  IndexMap result(map.size());
  for (size_t i = 0; i < map.size(); ++i) result[static_cast<size_t>(axes[i])] = map[i];
  return result;
}

}  // namespace

int AxisIndex::counter() const {
  const bool plain = terms.size() == 1 && terms[0].scale == 1 && offset == 0 && divisor == 1;
  return plain ? terms[0].axis : -1;
}

AxisIndex CounterOf(int axis) { return {{{axis, 1}}, 0, 1}; }

AxisIndex operator*(AxisIndex a, int64_t factor) {
  for (AxisIndex::Term& term : a.terms) term.scale *= factor;
  a.offset *= factor;
  return InLowestTerms(std::move(a));
}

AxisIndex operator+(AxisIndex a, int64_t offset) {
  a.offset += offset * a.divisor;
  return InLowestTerms(std::move(a));
}

AxisIndex operator+(const AxisIndex& a, const AxisIndex& b) {
  const int64_t divisor = std::lcm(a.divisor, b.divisor);
  AxisIndex sum;
  sum.divisor = divisor;
  std::map<int, int64_t> scales;
  for (const AxisIndex* part : {&a, &b}) {
    const int64_t factor = divisor / part->divisor;
    sum.offset += part->offset * factor;
    for (const AxisIndex::Term& term : part->terms) scales[term.axis] += term.scale * factor;
  }
  for (const auto& [axis, scale] : scales) sum.terms.push_back({axis, scale});
  return InLowestTerms(std::move(sum));
}

AxisIndex DivideExactly(AxisIndex a, int64_t divisor) {
  a.divisor *= divisor;
  return InLowestTerms(std::move(a));
}

IndexMap IdentityMap(const std::vector<int64_t>& shape, int first) {
  IndexMap map(shape.size());
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] != 1) map[i] = CounterOf(first++);
  }
  return map;
}

std::vector<int64_t> ShapeOf(const ir::Function& function, ir::Value value) {
  return ir::Values(function.type(value).shape);
}

std::vector<int64_t> FoldedAxes(const ir::Node& node) {
  if (node.op == Op::kArgMax) return {node.attribute<int64_t>(AttributeKey::kAxis)};
  return node.attribute<std::vector<int64_t>>(AttributeKey::kAxes);
}

std::vector<int64_t> FoldedExtents(const ir::Function& function, const ir::Node& node) {
  const std::vector<int64_t> shape = ShapeOf(function, node.operands[0]);
  std::vector<int64_t> extents;
  for (int64_t axis : FoldedAxes(node)) {
    if (shape[static_cast<size_t>(axis)] != 1) extents.push_back(shape[static_cast<size_t>(axis)]);
  }
  return extents;
}

bool IsTrivialReduce(const ir::Function& function, const ir::Node& node) {
  if (ir::InfoOf(node.op).op_class != ir::OpClass::kReduce) return false;
  const std::vector<int64_t> shape = ShapeOf(function, node.operands[0]);
  return std::ranges::all_of(FoldedAxes(node), [&](int64_t axis) { return shape[static_cast<size_t>(axis)] == 1; });
}

bool IsSplitReshape(const ir::Function& function, const ir::Node& node) {
  return node.op == Op::kReshape && !RunsOf(ShapeOf(function, node.operands[0]), ir::Values(node.type.shape)).empty();
}

IndexMap ReduceOperandMap(const ir::Function& function, const ir::Node& node, const IndexMap& map,
                          const std::vector<int>& folded) {
  const std::vector<int64_t> shape = ShapeOf(function, node.operands[0]);
  const std::vector<int64_t> axes = FoldedAxes(node);
  const bool keepdims = node.attribute<bool>(AttributeKey::kKeepdims);
  IndexMap result(shape.size());
  size_t kept = 0, next = 0;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (std::ranges::find(axes, static_cast<int64_t>(i)) == axes.end()) {
      result[i] = map[kept++];
      continue;
    }
    if (keepdims) ++kept;
    if (shape[i] != 1) result[i] = CounterOf(folded[next++]);
  }
  return result;
}

bool HasSegments(const ir::Node& node) {
  return node.op == Op::kPad || node.op == Op::kConcat || node.op == Op::kUnshear;
}

Segment SegmentOf(const ir::Function& function, const ir::Node& node, size_t operand, const IndexMap& map) {
  const auto axis = static_cast<size_t>(node.attribute<int64_t>(AttributeKey::kAxis));
  Segment segment{map[axis], ShapeOf(function, node.operands[operand])[axis]};
  if (node.op == Op::kUnshear) {
    const AxisIndex place = map[axis + 1] * -node.attribute<int64_t>(AttributeKey::kDilation);
    segment.index = DivideExactly(segment.index + place, node.attribute<int64_t>(AttributeKey::kStride));
    return segment;
  }
  int64_t low = node.op == Op::kPad ? node.attribute<ir::Dim>(AttributeKey::kLow).value() : 0;
  for (size_t i = 0; i < operand; ++i) low += ShapeOf(function, node.operands[i])[axis];
  segment.index = segment.index + -low;
  return segment;
}

namespace {

// Where a movement along one axis reads its operand along that axis.
AxisIndex MovedIndex(const ir::Function& function, const ir::Node& node, size_t operand, const IndexMap& map) {
  if (HasSegments(node)) return SegmentOf(function, node, operand, map).index;
  const auto axis = static_cast<size_t>(node.attribute<int64_t>(AttributeKey::kAxis));
  const AxisIndex& index = map[axis];
  switch (node.op) {
    case Op::kSlice:
      return index + node.attribute<ir::Dim>(AttributeKey::kStart).value();
    case Op::kReverse:
      return index * -1 + (ShapeOf(function, node.operands[0])[axis] - 1);
    case Op::kShear:
      return index * node.attribute<int64_t>(AttributeKey::kStride) +
             map[axis + 1] * node.attribute<int64_t>(AttributeKey::kDilation);
    default:
      throw std::logic_error("no index map through " + std::string(ir::InfoOf(node.op).mnemonic));
  }
}

}  // namespace

IndexMap OperandMap(const ir::Function& function, const ir::Node& node, size_t operand, const IndexMap& map) {
  const std::vector<int64_t> shape = ShapeOf(function, node.operands[operand]);
  if (ir::IsElementwise(node.op) || node.op == Op::kBroadcast) return AlignTrailing(shape, map);
  if (IsTrivialReduce(function, node)) return ReduceOperandMap(function, node, map, {});
  if (node.op == Op::kReshape) return MapThroughSplit(shape, ir::Values(node.type.shape), map);
  if (node.op == Op::kTranspose) return Permute(node.attribute<std::vector<int64_t>>(AttributeKey::kAxes), map);
  IndexMap moved = map;
  const auto axis = static_cast<size_t>(node.attribute<int64_t>(AttributeKey::kAxis));
  moved[axis] = shape[axis] == 1 ? AxisIndex{} : MovedIndex(function, node, operand, map);
  return moved;
}

bool IsProjection(const IndexMap& map) {
  uint64_t seen = 0;
  for (const AxisIndex& index : map) {
    if (index == AxisIndex{}) continue;
    if (index.counter() < 0) return false;
    const uint64_t bit = AxesIn(index);
    if ((seen & bit) != 0) return false;
    seen |= bit;
  }
  return true;
}

uint64_t AxesIn(const AxisIndex& index) {
  uint64_t axes = 0;
  for (const AxisIndex::Term& term : index.terms) axes |= uint64_t{1} << term.axis;
  return axes;
}

uint64_t AxesIn(const IndexMap& map) {
  uint64_t axes = 0;
  for (const AxisIndex& index : map) axes |= AxesIn(index);
  return axes;
}

}  // namespace nnc::codegen
