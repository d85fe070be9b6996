// Random well-typed programs, for tests of whole layers: what a layer does to a program must not change its results.
#pragma once

#include <vector>

#include "ir/evaluate.h"
#include "ir/function.h"

namespace nnc::ir {

struct RandomProgram {
  Function function;              // @random
  std::vector<Tensor> arguments;  // values to run it on
};

// What kind of program it is.
enum class ProgramValues {
  // Generated code is sure of every value to a hundredth (error_bounds.h), and none is larger than 1e4. So results can
  // be compared between implementations that round differently.
  kTame,
  // Whatever comes: NaN and infinities among the arguments, overflow, log of negative numbers.
  kWild,
};

// The program of this seed, always the same: 1 to 60 nodes on 2 to 5 arguments. Any op of the table occurs but Vjp and
// Jacobian (see WithDerivatives in tests/passes/derivatives_of_program.h); loops with random bodies, in loops too;
// functions with derivatives of their own. Ranks are 0 to 6, dimensions among 0, 1, 2, 3, 7, 8, 9, 15, 16, 17 and 33;
// tensors have at most 4096 elements. Values are used more than once, and every value that has no user is a result but
// for some, so that there is dead code too.
RandomProgram MakeRandomProgram(uint64_t seed, ProgramValues values = ProgramValues::kTame);

}  // namespace nnc::ir
