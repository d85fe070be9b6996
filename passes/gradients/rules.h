// The gradient rule of every op: one function a table row, so that an op without its rule does not link.
#pragma once

#include "passes/expression.h"

namespace nnc::passes {

// What a rule sees: a forward node y = op(x0, x1, ...) and the adjoint g = dL/dy of its result, which has y's type.
struct VjpContext {
  const ir::Node& node;
  Expression y;
  Expression g;

  Expression x(size_t i) const { return {g.build, node.operands[i]}; }
  ir::Builder& build() const { return *g.build; }
  template <class T>
  const T& attribute(ir::AttributeKey key) const {
    return node.attribute<T>(key);
  }
};

// VjpNAME(v, i): what y passes on to the adjoint of float operand number i, g * dy/dx_i. It may keep the shape of y
// where y was broadcast from x_i: the walker sums over the broadcast axes. Rules of ops with one operand do not look at
// i.
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) NNC_DECLARE_##gradient(name)
#define NNC_DECLARE_Vjp(name) ir::Value Vjp##name(const VjpContext& v, size_t i);
#define NNC_DECLARE_Zero(name)
#define NNC_DECLARE_Never(name)
#define NNC_DECLARE_Loop(name)
#include "ir/ops.def"
#undef NNC_OP
#undef NNC_DECLARE_Vjp
#undef NNC_DECLARE_Zero
#undef NNC_DECLARE_Never
#undef NNC_DECLARE_Loop

}  // namespace nnc::passes
