// Random well-typed programs, for tests of whole layers: what a layer does to a program must not change its results.
#pragma once

#include <optional>
#include <vector>

#include "ir/evaluate.h"
#include "ir/function.h"

namespace nnc::ir {

struct RandomProgram {
  Function function;              // @random: 1 to 40 nodes of any op of the table but requests, on up to 5 arguments
  std::vector<Tensor> arguments;  // values to run it on
};

// What kind of program it is.
enum class ProgramValues {
  // No value is ill-conditioned, and none of them is larger than 1e4: see ResultTolerances. So results can be compared
  // between implementations that round differently.
  kTame,
  // Whatever comes: NaN and infinities among the arguments, overflow, log of negative numbers.
  kWild,
};

// The program of this seed, always the same. Dimensions are among 0, 1, 2, 3, 7, 8, 9 and 17; tensors have at most 4096
// elements. Every value that has no user is a result but for some, so that there is dead code too.
RandomProgram MakeRandomProgram(uint64_t seed, ProgramValues values = ProgramValues::kTame);

// The same with one more result, `gradient`: grad of the sum of a float result, by a float argument that it depends on.
// nullopt where the program has no such pair.
std::optional<RandomProgram> MakeRandomGradient(uint64_t seed);

// How far each result may be off in an implementation that computes in f32: how much it moves when every float on the
// way is moved by a random 1e-5 of itself, about a hundred roundings of f32. nullopt where a result is ill-conditioned:
// a float moves by more than a hundredth of itself (or of 1), an integer or a bool moves at all, or a float is not
// finite.
std::optional<std::vector<double>> ResultTolerances(const Function& function, const std::vector<Tensor>& arguments);

}  // namespace nnc::ir
