// Derivatives by rule against derivatives by differences: `nnc gradcheck`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "ir/function.h"
#include "passes/differentiate.h"

namespace nnc::runtime {

// What is checked: passes::AppendGradients, or in tests one that is wrong on purpose.
using Differentiator =
    std::function<std::vector<ir::Value>(ir::Function& function, ir::Value y, const std::vector<ir::Value>& wrt)>;

struct GradientMismatch {
  int64_t index = 0;  // of the argument's element, row-major
  double by_rule = 0, by_difference = 0;
  // The node to blame, the nearest to the result: its rule, checked alone on its own operands, disagrees with
  // differences. Empty where every rule is right alone, so that it is their sum that is wrong.
  std::string node;
  ir::Op op{};
  Span span;
};

// What was found for one argument.
struct GradientCheck {
  std::string argument;
  ir::Type type;
  int64_t checked = 0;            // elements compared
  int64_t kinks = 0;              // of these: the derivative jumps there, and the rule gives a value within the jump
  double largest_difference = 0;  // relative to the larger of the derivative and 1
  std::optional<GradientMismatch> mismatch;  // the first
};

// Compares the derivative of the function's first result, a float scalar, with respect to every float argument with
// central differences in the reference evaluator, which computes in f64. All shapes must be constant, and no request
// for a derivative be left. Of a large argument at most `samples` elements are compared, evenly spaced. What goes
// through stop_gradient counts as constant.
//
// Where the difference quotients to both sides disagree, the function has a kink within a step: a rule that gives a
// value between them is counted as `kinks`, not as a mismatch, and does not enter `largest_difference`.
std::vector<GradientCheck> CheckGradients(const ir::Function& function, const std::vector<ir::Tensor>& arguments,
                                          int64_t samples,
                                          const Differentiator& differentiate = passes::AppendGradients);

}  // namespace nnc::runtime
