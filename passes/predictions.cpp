#include "passes/predictions.h"

#include <fmt/format.h>

#include "ir/builder.h"
#include "ir/graph_view.h"
#include "passes/cse.h"
#include "passes/extract.h"

namespace nnc::passes {
namespace {

using ir::Function;
using ir::Node;
using ir::Op;
using ir::Value;

// `value` before ops that keep its numbers in their order.
Value Behind(const Function& function, Value value) {
  for (;;) {
    const Node& node = function.node(value);
    const bool keeps =
        node.op == Op::kCast || node.op == Op::kReshape || node.op == Op::kBroadcast || node.op == Op::kStopGradient;
    if (!keeps) return value;
    value = node.operands[0];
  }
}

class Search {
 public:
  Search(const Function& function, const PredictionQuery& query)
      : function_(EliminateCommonSubexpressions(function)),
        name_(function.name() + ".predict"),
        target_(*function_.FindArgument(query.target)) {
    std::vector<Value> inputs;
    for (const std::string& name : query.inputs) {
      if (const std::optional<Value> input = function_.FindArgument(name)) inputs.push_back(*input);
    }
    from_inputs_ = ir::ReachableFrom(function_, inputs);
    from_target_ = ir::ReachableFrom(function_, {target_});
  }

  std::optional<Function> Class() {
    for (Value v{0}; v.index < function_.size(); ++v.index) {
      const std::optional<Value> compared = ComparedWithTarget(v, Op::kEq);
      if (compared) return Finish({{"class", ir::Builder(function_).Cast(*compared, ir::Element::kI32)}});
    }
    for (Value v{0}; v.index < function_.size(); ++v.index) {
      const std::optional<Value> scores = PickedByLabel(v);
      if (scores) return Finish({{"class", ir::Builder(function_).ArgMax(*scores, 1)}});
    }
    return std::nullopt;
  }

  std::optional<Function> Values() {
    std::vector<ir::Result> results;
    for (Value v{0}; v.index < function_.size(); ++v.index) {
      const std::optional<Value> value = ComparedWithTarget(v, Op::kSub);
      if (value) results.push_back({fmt::format("value{}", results.size()), *value});
    }
    if (results.empty()) return std::nullopt;
    return Finish(results);
  }

 private:
  bool IsPrediction(Value value) const { return from_inputs_[value.index] && !from_target_[value.index]; }
  bool IsTarget(Value value) const { return Behind(function_, value) == target_; }

  // The other operand, of the target's shape, where `op` has the target as one.
  std::optional<Value> ComparedWithTarget(Value v, Op op) const {
    const Node& node = function_.node(v);
    if (node.op != op) return std::nullopt;
    for (size_t i : {0, 1}) {
      const Value other = node.operands[1 - i];
      const bool fits = function_.type(other).shape == function_.type(target_).shape;
      if (fits && IsTarget(node.operands[i]) && IsPrediction(other)) return other;
    }
    return std::nullopt;
  }

  // The numbers, [B, classes], of which a selection keeps one a row: std/losses.nn's `pick`.
  std::optional<Value> PickedByLabel(Value v) const {
    const Node& node = function_.node(v);
    if (node.op != Op::kSelect) return std::nullopt;
    const Node& condition = function_.node(node.operands[0]);
    const Value scores = node.operands[1];
    if (condition.op != Op::kEq || !IsPrediction(scores) || function_.type(scores).rank() != 2) return std::nullopt;
    for (size_t i : {0, 1}) {
      const bool numbers = function_.node(Behind(function_, condition.operands[1 - i])).op == Op::kIota;
      if (numbers && IsTarget(condition.operands[i])) return scores;
    }
    return std::nullopt;
  }

  Function Finish(const std::vector<ir::Result>& results) const { return Extract(function_, name_, results); }

  Function function_;
  std::string name_;
  Value target_;
  std::vector<bool> from_inputs_, from_target_;
};

}  // namespace

std::optional<Function> ClassPrediction(const Function& function, const PredictionQuery& query) {
  if (!function.FindArgument(query.target)) return std::nullopt;
  return Search(function, query).Class();
}

std::optional<Function> ValuePredictions(const Function& function, const PredictionQuery& query) {
  if (!function.FindArgument(query.target)) return std::nullopt;
  return Search(function, query).Values();
}

}  // namespace nnc::passes
