#include "frontend/elaborate/provenance.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "ir/scan.h"

namespace nnc {

namespace {

using ir::AttributeKey;
using ir::Op;

struct Axis {
  ir::Value value;
  int64_t axis;
};

// One step back from an axis of a value: to the operand's axis that gave it, or nullopt where the node itself set it.
class Step {
 public:
  Step(const ir::Function& function, Axis at) : function_(function), node_(function.node(at.value)), axis_(at.axis) {}

  std::optional<Axis> Back() const {
    switch (ir::InfoOf(node_.op).op_class) {
      case ir::OpClass::kSource:
        return std::nullopt;
      case ir::OpClass::kElementwise:
        return Aligned();
      case ir::OpClass::kReduce:
        return Reduced();
      case ir::OpClass::kMovement:
        return Moved();
      case ir::OpClass::kIndex:
        return Indexed();
      case ir::OpClass::kLine:
        return Axis{node_.operands[0], axis_};
      case ir::OpClass::kContraction:
        return Contracted();
      case ir::OpClass::kLoop:
        return Carried();
      case ir::OpClass::kRequest:
        return Derived();
    }
    throw std::logic_error("op class out of range");
  }

 private:
  const ir::Dim& dim() const { return node_.type.shape[axis_]; }
  const ir::Shape& shape(size_t operand) const { return function_.type(node_.operands[operand]).shape; }

  // The first operand whose trailing axes, laid against the result's, have the same size here.
  std::optional<Axis> Aligned() const {
    for (size_t i = 0; i < node_.operands.size(); ++i) {
      int64_t axis = axis_ - node_.type.rank() + static_cast<int64_t>(shape(i).size());
      if (axis >= 0 && shape(i)[axis] == dim()) return Axis{node_.operands[i], axis};
    }
    return std::nullopt;
  }

  std::optional<Axis> Reduced() const {
    std::vector<int64_t> axes = node_.op == Op::kArgMax
                                    ? std::vector<int64_t>{node_.attribute<int64_t>(AttributeKey::kAxis)}
                                    : node_.attribute<std::vector<int64_t>>(AttributeKey::kAxes);
    if (node_.attribute<bool>(AttributeKey::kKeepdims)) {
      bool reduced = std::find(axes.begin(), axes.end(), axis_) != axes.end();
      return reduced ? std::nullopt : std::optional(Axis{node_.operands[0], axis_});
    }
    int64_t axis = axis_;
    for (int64_t gone : axes) axis += gone <= axis ? 1 : 0;  // axes are sorted
    return Axis{node_.operands[0], axis};
  }

  std::optional<Axis> Moved() const {
    if (node_.op == Op::kTranspose) {
      return Axis{node_.operands[0], node_.attribute<std::vector<int64_t>>(AttributeKey::kAxes)[axis_]};
    }
    if (node_.op == Op::kReshape) return Reshaped();
    return Aligned();  // the axis that a slice, pad or concat works along has another size than its operand
  }

  // The operand's axis of this size with as many elements before it.
  std::optional<Axis> Reshaped() const {
    ir::Dim before = 1, operand_before = 1;
    for (int64_t i = 0; i < axis_; ++i) before = before * node_.type.shape[i];
    for (size_t i = 0; i < shape(0).size(); ++i) {
      if (operand_before == before && shape(0)[i] == dim()) return Axis{node_.operands[0], static_cast<int64_t>(i)};
      operand_before = operand_before * shape(0)[i];
    }
    return std::nullopt;
  }

  std::optional<Axis> Indexed() const {
    if (node_.op == Op::kScatterAdd) return Axis{node_.operands[0], axis_};
    auto id_rank = static_cast<int64_t>(shape(1).size());
    return axis_ < id_rank ? Axis{node_.operands[1], axis_} : Axis{node_.operands[0], axis_ - id_rank + 1};
  }

  std::optional<Axis> Contracted() const {
    int64_t from_end = node_.type.rank() - axis_;  // 1: columns, of b; 2: rows, of a
    if (from_end > 2) return Axis{node_.operands[0], axis_};
    bool columns = from_end == 1;
    bool swapped = node_.attribute<bool>(columns ? AttributeKey::kTransposeB : AttributeKey::kTransposeA);
    return Axis{node_.operands[columns ? 1 : 0], node_.type.rank() - (columns != swapped ? 1 : 2)};
  }

  // A last carry has the shape of the first; outputs are stacked along the first axis of what is scanned.
  std::optional<Axis> Carried() const {
    const ir::Node& scan = function_.node(node_.operands[0]);
    ir::ScanParts parts = ir::PartsOf(scan);
    auto index = static_cast<size_t>(node_.attribute<int64_t>(AttributeKey::kIndex));
    if (index < parts.carries) return Axis{scan.operands[index], axis_};
    if (axis_ > 0 || parts.scanned == 0) return std::nullopt;
    return Axis{scan.operands[parts.carries], 0};
  }

  // A derivative has the shape of what it is taken by; a Jacobian has that of what it is of before it.
  std::optional<Axis> Derived() const {
    if (node_.op == Op::kCustomVjp) return Axis{node_.operands[0], axis_};
    int64_t before = node_.op == Op::kJacobian ? static_cast<int64_t>(shape(0).size()) : 0;
    return axis_ < before ? Axis{node_.operands[0], axis_} : Axis{node_.operands[1], axis_ - before};
  }

  const ir::Function& function_;
  const ir::Node& node_;
  int64_t axis_;
};

}  // namespace

DimOrigin OriginOf(const Graph& graph, ir::Value value, int64_t axis) {
  Axis at{value, axis};
  while (!graph.IsArgument(at.value)) {
    std::optional<Axis> back = Step(graph.function(), at).Back();
    if (!back) break;
    at = *back;
  }
  const ir::Node& node = graph.function().node(at.value);
  std::string size = node.type.shape[at.axis].str();
  if (!graph.IsArgument(at.value)) return {node.span, fmt::format("{} comes from here", size)};
  return {node.span, fmt::format("{} is axis {} of `{}: {}`", size, at.axis, graph.ArgumentName(at.value),
                                 ir::ToString(node.type))};
}

}  // namespace nnc
