// Operators on static values and tensors.
#pragma once

#include <string>

#include "frontend/elaborate/elaborator.h"

namespace nnc {

// An operand with the expression it is from.
struct Operand {
  Value value;
  Span span;
};

Value EvaluateUnary(Elaborator& elaborator, Frame& frame, Span span, ast::UnaryOp op, const Operand& operand);
// All binary operators; `and` and `or` of static bools too (the caller has cut them short).
Value EvaluateBinary(Elaborator& elaborator, Frame& frame, Span span, ast::BinaryOp op, const Operand& a,
                     const Operand& b);

// a @ b: [..., M, K] with [..., K, N] or [K, N]; a vector stands for one row on the left, for one column on the right.
Value MatrixProduct(Elaborator& elaborator, Frame& frame, Span span, const Value& a, const Value& b);

// Reports an int where a float is needed, and offers the literal as a float. Gives poison.
Value IntWithFloat(Elaborator& elaborator, const Frame& frame, Span span, const ir::Dim& value,
                   const std::string& wanted);

// A type rule's message with the operator as it is written in a program: "`+` of" for "`add` of".
std::string InSourceTerms(ir::Op op, std::string message);

std::string_view Symbol(ast::BinaryOp op);

}  // namespace nnc
