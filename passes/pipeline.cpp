#include "passes/pipeline.h"

#include <stdexcept>

#include "ir/verify.h"
#include "passes/cse.h"
#include "passes/dce.h"
#include "passes/fold.h"
#include "passes/loops.h"
#include "passes/rewriter.h"
#include "passes/simplify.h"

namespace nnc::passes {

namespace {

// A pass at work on bodies first, then on the function around them.
ir::Function Apply(ir::Function (*pass)(const ir::Function&), const ir::Function& function) {
  return pass(OnBodies(function, [&](const ir::Function& body) { return Apply(pass, body); }));
}

ir::Function Run(std::string_view name, ir::Function (*pass)(const ir::Function&), const ir::Function& function,
                 const Observer& observe) {
  ir::Function result = Apply(pass, function);
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
    // Last, as it is what is still used that a loop must compute.
    current = Run("loops", SimplifyLoops, current, observe);
    if (ir::SameComputation(before, current)) return current;
  }
  throw std::logic_error("the passes do not settle on @" + function.name());
}

}  // namespace nnc::passes
