// Arithmetic on ints, floats, bools, strings and lists that are known when compiling.
#pragma once

#include <optional>

#include "frontend/elaborate/operators.h"

namespace nnc {

// The result of a binary operator on two static values; nullopt where the operator has no meaning for their kinds.
// Errors of the arithmetic itself (division by zero, an int beyond 63 bits, an int with a float, a comparison that
// depends on a dimension variable) are reported and give poison.
std::optional<Value> StaticBinary(Elaborator& elaborator, Frame& frame, Span span, ast::BinaryOp op, const Operand& a,
                                  const Operand& b);

}  // namespace nnc
