// `vjp NAME(args; dout) = (dargs)`: the derivative that a function gives itself.
#pragma once

#include <vector>

#include "frontend/elaborate/elaborator.h"

namespace nnc {

// A call of a function that has a `vjp`, when its body was elaborated.
struct CustomDerivative {
  const ast::Fn& fn;
  const ast::Vjp& vjp;
  std::vector<Value> arguments;  // of the call, in the order of the function's parameters
  Scope scope;                   // the function's own dimension variables, which the `vjp` sees too
};

// The call's `result` as a value whose derivative by the arguments is what the body of the `vjp` computes from them and
// from the adjoint of the result. The body is elaborated here, with a stand-in for the adjoint. Derivatives pass
// through float tensors alone: other arguments, and other parts of tuples, are left out of `dargs` and `dout`. Reports
// what does not fit and gives poison.
Value WithDerivative(Elaborator& elaborator, Frame& callee, const CustomDerivative& derivative, const Value& result);

}  // namespace nnc
