// One function that the host calls with tensors, on either backend.
#pragma once

#include <memory>
#include <string>

#include "codegen/codegen.h"
#include "ir/function.h"
#include "runtime/backend.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// Arguments and results are named by their place in the function's lists. A run may write over arguments that results
// share their name with: set those again before the next.
class Executable {
 public:
  virtual ~Executable() = default;
  // The tensor must have the argument's type.
  virtual void Set(size_t argument, const Tensor& value) = 0;
  virtual void Run() = 0;
  virtual Tensor Result(size_t index) const = 0;
};

// Makes a function without dimension variables ready to run: gradients expanded, and for the JIT optimised and
// compiled.
std::unique_ptr<Executable> MakeExecutable(const ir::Function& function, Backend backend,
                                           const codegen::Options& options);

}  // namespace nnc::runtime
