// The type rule of every op: the result type from the operands' types and the attributes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "ir/diagnostics.h"
#include "ir/function.h"

namespace nnc::ir {

// Why operands do not fit. `operand_a/axis_a` and `operand_b/axis_b` (-1: not about one) name the axes that disagree,
// so that the frontend can say where each dimension came from.
struct TypeError {
  DiagnosticKind kind = DiagnosticKind::kTypeMismatch;
  std::string message = "";  // names both operands' types
  std::string help = "";     // the cure, where there is a likely one
  int operand_a = -1, axis_a = -1;
  int operand_b = -1, axis_b = -1;
};

// What is wrong with the number of operands, or with the names or value types of the attributes; "" where all is as the
// op table says.
std::string FormError(Op op, size_t operands, const Attributes& attributes);

// The result type of `op`, or why there is none. Dimensions may be symbolic and agree if they are equal as polynomials.
// Argument has no rule of its own: its type is given. FormError must have nothing to say.
std::variant<Type, TypeError> InferType(Op op, std::span<const Type> operands, const Attributes& attributes);

// The shape of an elementwise result under strict broadcasting (language reference §3): scalars go with any shape;
// equal ranks need equal or literal-1 dimensions; a lower rank must equal the other's trailing dimensions exactly.
std::variant<Shape, TypeError> BroadcastShapes(std::span<const Type> operands, std::string_view op_name);

}  // namespace nnc::ir
