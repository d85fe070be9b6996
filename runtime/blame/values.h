// One run of a function, with every value at hand.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "codegen/codegen.h"
#include "ir/function.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// Native code of the function with every value that it computes as a result: so each number is rounded as in training,
// and none is lost in a fused kernel. Values that are only moved are made by the evaluator when they are asked for,
// since they are many and seldom needed.
class Values {
 public:
  // `symbolic` may have the dimension variable B, for `batch`.
  Values(ir::Function symbolic, int64_t batch, const codegen::Options& options);

  // Runs the function; arguments in its order.
  void Run(std::vector<Tensor> arguments);

  const ir::Function& symbolic() const { return symbolic_; }
  const ir::Function& function() const { return function_; }  // with its numbers; the same nodes in the same places
  int64_t batch() const { return batch_; }
  const codegen::Options& options() const { return options_; }

  // A value of the last run; of a tensor type.
  const Tensor& At(ir::Value value);

 private:
  ir::Function symbolic_, function_;
  int64_t batch_;
  codegen::Options options_;
  std::map<uint32_t, size_t> stored_;  // value -> place among the results of the code
  codegen::Compiled compiled_;
  Tensor arena_;
  std::map<uint32_t, Tensor> values_;  // of the last run, as far as they were asked for
};

}  // namespace nnc::runtime
