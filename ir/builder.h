// Appends checked nodes to a function.
#pragma once

#include <stdexcept>
#include <string>

#include "ir/function.h"
#include "ir/type_rules.h"

namespace nnc::ir {

// What Builder throws when a type rule says no. The frontend asks InferType first (or catches this) and reports to the
// user; in a pass it is an internal fault.
struct BuildError : std::runtime_error {
  explicit BuildError(TypeError e) : std::runtime_error(e.message), error(std::move(e)) {}
  TypeError error;
};

// Infers each node's type and stamps it with the current span and origin.
class Builder {
 public:
  explicit Builder(Function& function) : function_(function) {}

  Function& function() { return function_; }
  const Type& type(Value v) const { return function_.type(v); }

  // The place that new nodes are blamed on, and the forward node and rule they belong to (gradient code only).
  Span span;
  std::optional<Origin> origin;
  // The part of the program that new nodes belong to.
  std::string part;

  Value Argument(std::string name, Type type);
  // Appends `op`; throws BuildError where its type rule refuses the operands. `name` is a wish (see Function::Append).
  Value Apply(Op op, std::vector<Value> operands, Attributes attributes = {}, std::string name = "");

  Value Constant(double value, Element element, Shape shape = {});
  Value ConstantLike(double value, Value like) { return Constant(value, type(like).element, type(like).shape); }
  Value Size(Dim dim) { return Apply(Op::kSize, {}, {{AttributeKey::kDim, dim}}); }
  Value Iota(Shape shape, int64_t axis);
  Value Uniform(Value key, Element element, Shape shape);
  Value Cast(Value x, Element element);  // x itself where it has that element type

  // Value Add(Value a, Value b) and so on: one method for each elementwise op without attributes.
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) NNC_BUILD_##klass(name)
#define NNC_BUILD_Elementwise(name)                                 \
  template <class... V>                                             \
  Value name(V... operands)                                         \
    requires(sizeof...(V) > 0 && (std::is_same_v<V, Value> && ...)) \
  {                                                                 \
    return Apply(Op::k##name, {operands...});                       \
  }
#define NNC_BUILD_Source(name)
#define NNC_BUILD_Reduce(name)
#define NNC_BUILD_Movement(name)
#define NNC_BUILD_Index(name)
#define NNC_BUILD_Line(name)
#define NNC_BUILD_Contraction(name)
#define NNC_BUILD_Loop(name)
#define NNC_BUILD_Request(name)
#include "ir/ops.def"
#undef NNC_OP
#undef NNC_BUILD_Elementwise
#undef NNC_BUILD_Source
#undef NNC_BUILD_Reduce
#undef NNC_BUILD_Movement
#undef NNC_BUILD_Index
#undef NNC_BUILD_Line
#undef NNC_BUILD_Contraction
#undef NNC_BUILD_Loop
#undef NNC_BUILD_Request

  // `op` is ReduceSum, ReduceProd, ReduceMax or ReduceMin. Axes may be negative and in any order; no axes: x itself.
  Value Reduce(Op op, Value x, std::vector<int64_t> axes, bool keepdims = false);
  Value ReduceAll(Op op, Value x);  // to a scalar
  Value ArgMax(Value x, int64_t axis, bool keepdims = false);
  Value Reshape(Value x, Shape shape);  // x itself where it has that shape
  Value Transpose(Value x, std::vector<int64_t> axes);
  Value Broadcast(Value x, Shape shape);  // x itself where it has that shape
  Value Slice(Value x, int64_t axis, Dim start, Dim limit);
  Value Pad(Value x, int64_t axis, Dim low, Dim high);
  Value Concat(std::vector<Value> parts, int64_t axis);
  Value Reverse(Value x, int64_t axis);
  Value Shear(Value x, int64_t axis, int64_t stride, int64_t dilation);
  Value Unshear(Value x, int64_t axis, int64_t stride, int64_t dilation, Dim length);
  Value Take(Value table, Value ids) { return Apply(Op::kTake, {table, ids}); }
  Value ScatterAdd(Value base, Value ids, Value rows) { return Apply(Op::kScatterAdd, {base, ids, rows}); }
  Value CumSum(Value x, int64_t axis);
  Value ArgSort(Value x, int64_t axis, bool descending = false);
  Value MatMul(Value a, Value b, bool transpose_a = false, bool transpose_b = false);
  Value Part(Value tuple, size_t index);
  Value Vjp(Value y, Value x, Value adjoint) { return Apply(Op::kVjp, {y, x, adjoint}); }
  Value Grad(Value y, Value x) { return Vjp(y, x, ConstantLike(1, y)); }  // of a scalar y
  Value Jacobian(Value y, Value x) { return Apply(Op::kJacobian, {y, x}); }

 private:
  Function& function_;
};

}  // namespace nnc::ir
