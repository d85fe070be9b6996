#include "passes/pipeline.h"

#include <iterator>
#include <stdexcept>
#include <utility>

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
  if (!HasBodies(function)) return pass(function);
  return pass(OnBodies(function, [&](const ir::Function& body) { return Apply(pass, body); }));
}

struct Pass {
  std::string_view name;
  ir::Function (*run)(const ir::Function&);
};

// Constants first: simplify looks for them. Then what it left equal becomes one, and what nothing needs goes; a value
// that has lost all but one of its users can be simplified further in the next round. Loops last, as it is what is
// still used that a loop must compute.
constexpr Pass kPasses[] = {
    {"fold", FoldConstants},    {"simplify", Simplify},   {"cse", EliminateCommonSubexpressions},
    {"dce", EliminateDeadCode}, {"loops", SimplifyLoops},
};

// Each round makes the function smaller or simpler; a rule that undoes another would never settle.
constexpr int kMostRounds = 64;

// The passes in turn, until each has left the function as it was.
ir::Function Settle(ir::Function current, const Observer& after, std::string_view without) {
  size_t settled = 0;  // passes in a row that changed nothing
  for (size_t turn = 0; settled < std::size(kPasses); ++turn) {
    if (turn == kMostRounds * std::size(kPasses)) {
      throw std::logic_error("the passes do not settle on @" + current.name());
    }
    const Pass& pass = kPasses[turn % std::size(kPasses)];
    ir::Function next = pass.name == without ? current : Apply(pass.run, current);
    settled = ir::SameComputation(current, next) ? settled + 1 : 0;
    current = std::move(next);
    if (after) after(pass.name, current);
  }
  return current;
}

}  // namespace

std::vector<std::string_view> PassNames() {
  std::vector<std::string_view> names;
  for (const Pass& pass : kPasses) names.push_back(pass.name);
  return names;
}

ir::Function Optimize(const ir::Function& function, const Observer& observe, std::string_view without) {
  const ir::Function expanded = ExpandGradients(function, observe);
  const Observer check = [&](std::string_view pass, const ir::Function& result) {
    if (observe) observe(pass, result);
    ir::VerifyAfter(pass, result);
  };
  // To check after every pass takes a fifth of the time; so it is done where somebody looks on, or to find out which
  // pass broke the result.
  ir::Function optimised = Settle(expanded, observe ? check : nullptr, without);
  Diagnostics broken;
  if (!ir::Verify(optimised, broken)) Settle(expanded, check, without);
  return optimised;
}

}  // namespace nnc::passes
