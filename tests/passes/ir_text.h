// Functions for tests of passes: from text, as text, and evaluated.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ir/evaluate.h"
#include "ir/function.h"

namespace nnc::passes {

using Pass = ir::Function (*)(const ir::Function&);

// The function @f whose arguments, body and result are `text`:
//   "%x: f32[3]", "%y = exp %x : f32[3]", "y = %y"
// is `func @f(%x: f32[3]) -> (...) { %y = exp %x : f32[3]  return y = %y }`.
ir::Function FromText(std::string_view arguments, std::string_view body, std::string_view results);

// Its nodes and results as text without places, a line each, without the function's head and without indentation.
std::string BodyText(const ir::Function& function);

// Arguments with zeros of both signs, NaN, infinities, equal numbers and ordinary ones.
std::vector<ir::Tensor> HardArguments(const ir::Function& function, uint64_t seed);

// Fails the test unless both functions have the same results on several hard arguments: to the last bit but for NaN's
// payload where `tolerance` is 0, else to that relative error.
void ExpectSameResults(const ir::Function& a, const ir::Function& b, double tolerance = 0);

}  // namespace nnc::passes
