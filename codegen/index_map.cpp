#include "codegen/index_map.h"

#include <algorithm>
#include <stdexcept>

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

IndexMap MapThroughUnitReshape(const std::vector<int64_t>& from, const std::vector<int64_t>& to, const IndexMap& map) {
  IndexMap result(from.size());
  size_t next = 0;
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i] == 1) continue;
    while (to[next] == 1) ++next;
    result[i] = map[next++];
  }
  return result;
}

std::vector<int64_t> WithoutUnits(std::vector<int64_t> shape) {
  std::erase(shape, 1);
  return shape;
}

IndexMap Permute(const std::vector<int64_t>& axes, const IndexMap& map) {
  IndexMap result(map.size());
  for (size_t i = 0; i < map.size(); ++i) result[static_cast<size_t>(axes[i])] = map[i];
  return result;
}

// `map` with one axis moved; an operand of one element there is read at 0.
IndexMap Shift(const std::vector<int64_t>& shape, int64_t axis, int64_t by, IndexMap map) {
  AxisIndex& index = map[static_cast<size_t>(axis)];
  index.offset += by;
  if (shape[static_cast<size_t>(axis)] == 1) index = {};
  return map;
}

IndexMap Mirror(const std::vector<int64_t>& shape, int64_t axis, IndexMap map) {
  AxisIndex& index = map[static_cast<size_t>(axis)];
  index.scale = -index.scale;
  index.offset = shape[static_cast<size_t>(axis)] - 1 - index.offset;
  return map;
}

}  // namespace

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

bool IsTrivialReduce(const ir::Function& function, const ir::Node& node) {
  if (ir::InfoOf(node.op).op_class != ir::OpClass::kReduce) return false;
  const std::vector<int64_t> shape = ShapeOf(function, node.operands[0]);
  return std::ranges::all_of(FoldedAxes(node), [&](int64_t axis) { return shape[static_cast<size_t>(axis)] == 1; });
}

bool IsUnitReshape(const ir::Function& function, const ir::Node& node) {
  return node.op == Op::kReshape &&
         WithoutUnits(ShapeOf(function, node.operands[0])) == WithoutUnits(ir::Values(node.type.shape));
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

Segment SegmentOf(const ir::Function& function, const ir::Node& node, size_t operand) {
  const auto axis = static_cast<size_t>(node.attribute<int64_t>(AttributeKey::kAxis));
  Segment segment;
  if (node.op == Op::kPad) segment.low = node.attribute<ir::Dim>(AttributeKey::kLow).value();
  for (size_t i = 0; i < operand; ++i) segment.low += ShapeOf(function, node.operands[i])[axis];
  segment.high = segment.low + ShapeOf(function, node.operands[operand])[axis];
  return segment;
}

IndexMap OperandMap(const ir::Function& function, const ir::Node& node, size_t operand, const IndexMap& map) {
  const std::vector<int64_t> shape = ShapeOf(function, node.operands[operand]);
  const auto axis = [&] { return node.attribute<int64_t>(AttributeKey::kAxis); };
  if (ir::IsElementwise(node.op) || node.op == Op::kBroadcast) return AlignTrailing(shape, map);
  if (IsTrivialReduce(function, node)) return ReduceOperandMap(function, node, map, {});
  if (node.op == Op::kReshape) return MapThroughUnitReshape(shape, ir::Values(node.type.shape), map);
  if (node.op == Op::kTranspose) return Permute(node.attribute<std::vector<int64_t>>(AttributeKey::kAxes), map);
  if (node.op == Op::kSlice) return Shift(shape, axis(), node.attribute<ir::Dim>(AttributeKey::kStart).value(), map);
  if (node.op == Op::kReverse) return Mirror(shape, axis(), map);
  if (node.op == Op::kPad || node.op == Op::kConcat) {
    return Shift(shape, axis(), -SegmentOf(function, node, operand).low, map);
  }
  throw std::logic_error("no index map through " + std::string(ir::InfoOf(node.op).mnemonic));
}

bool IsProjection(const IndexMap& map) {
  uint64_t seen = 0;
  for (const AxisIndex& index : map) {
    if (index.axis < 0) {
      if (index.offset != 0) return false;
      continue;
    }
    const uint64_t bit = uint64_t{1} << index.axis;
    if (index.scale != 1 || index.offset != 0 || (seen & bit) != 0) return false;
    seen |= bit;
  }
  return true;
}

uint64_t AxesIn(const IndexMap& map) {
  uint64_t axes = 0;
  for (const AxisIndex& index : map) {
    if (index.axis >= 0) axes |= uint64_t{1} << index.axis;
  }
  return axes;
}

}  // namespace nnc::codegen
