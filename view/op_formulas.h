// What each op computes, and what its vector-Jacobian product is, as formulas.
#pragma once

#include <functional>
#include <string>

#include "ir/function.h"
#include "view/math_ml.h"

namespace nnc::view {

// How a value and its adjoint are written where a formula names them.
struct Naming {
  std::function<Math(ir::Value)> value, adjoint;
};

// What a formula is made from: a node, its operands, its result and the result's adjoint.
class FormulaContext {
 public:
  FormulaContext(const ir::Function& function, ir::Value value, const Naming& name)
      : function_(function), value_(value), name_(name) {}

  const ir::Node& node() const { return function_.node(value_); }
  const ir::Type& type(size_t operand) const { return function_.type(node().operands[operand]); }
  size_t operands() const { return node().operands.size(); }

  Math x(size_t operand = 0) const { return name_.value(node().operands[operand]); }
  Math y() const { return name_.value(value_); }
  Math g() const { return name_.adjoint(value_); }
  // The product by elements: ⊙, or · where the result is a scalar.
  Math Times(const Math& a, const Math& b) const { return node().type.is_scalar() ? Dot(a, b) : Elementwise(a, b); }

  template <class T>
  const T& attribute(ir::AttributeKey key) const {
    return node().attribute<T>(key);
  }

 private:
  const ir::Function& function_;
  ir::Value value_;
  const Naming& name_;
};

// The right side of `y = ...` for a value of the function.
Math FormulaOf(const ir::Function& function, ir::Value value, const Naming& name);

// The right side of `x̄ += ...`: what the node passes on to its operand number `operand`; where that was broadcast,
// summed over the axes that broadcasting copied. Of an operand that no derivative passes to, 0.
Math VjpFormulaOf(const ir::Function& function, ir::Value value, size_t operand, const Naming& name);

// "1×100": the sizes of a type, "1" for a scalar.
std::string SizesText(const ir::Type& type);

}  // namespace nnc::view
