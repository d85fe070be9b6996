#include "passes/pipeline.h"

#include <stdexcept>

#include "ir/verify.h"
#include "passes/cse.h"
#include "passes/dce.h"
#include "passes/fold.h"
#include "passes/simplify.h"

namespace nnc::passes {

namespace {

// Whether two functions compute the same by the same nodes; names and places do not count.
bool SameNodes(const ir::Function& a, const ir::Function& b) {
  if (a.size() != b.size()) return false;
  for (ir::Value v{0}; v.index < a.size(); ++v.index) {
    const ir::Node &x = a.node(v), &y = b.node(v);
    if (x.op != y.op || x.operands != y.operands || x.attributes != y.attributes) return false;
  }
  return true;
}

ir::Function Run(std::string_view name, ir::Function (*pass)(const ir::Function&), const ir::Function& function,
                 const Observer& observe) {
  ir::Function result = pass(function);
  if (observe) observe(name, result);
  ir::VerifyAfter(name, result);
  return result;
}

// Each round makes the function smaller or simpler; a rule that undoes another would never settle.
constexpr int kMostRounds = 64;

}  // namespace

ir::Function Optimize(const ir::Function& function, const Observer& observe) {
  ir::Function current = ExpandGradients(function, observe);
  for (int round = 0; round < kMostRounds; ++round) {
    ir::Function before = current;
    // Constants first: simplify looks for them. Then what it left equal becomes one, and what nothing needs goes; a
    // value that has lost all but one of its users can be simplified further in the next round.
    current = Run("fold", FoldConstants, current, observe);
    current = Run("simplify", Simplify, current, observe);
    current = Run("cse", EliminateCommonSubexpressions, current, observe);
    current = Run("dce", EliminateDeadCode, current, observe);
    if (SameNodes(before, current)) return current;
  }
  throw std::logic_error("the passes do not settle on @" + function.name());
}

}  // namespace nnc::passes
