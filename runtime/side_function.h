// Functions that are run beside training, on the values that it has reached: what reports show.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "runtime/dataset.h"
#include "runtime/executable.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// Where a run stands.
struct RunState {
  std::function<Tensor(const std::string&)> value;  // of a parameter, a buffer or an optimizer's state
  int64_t seed = 0, step = 0, steps = 0, epoch = 0, epochs = 0, batches = 0;
};

// Rows `begin`, `begin` + 1, ... of an order, `count` of them; after the last comes the first again.
Tensor GatherRows(const Tensor& column, const RowOrder& order, int64_t begin, int64_t count);

// A function of a train block's arguments (see TrainPlan), compiled for one batch size.
class SideFunction {
 public:
  // The program and the data must outlive the object. `batch`: what B is.
  SideFunction(const Program& program, const TrainPlan& plan, DataStore& data, const ir::Function& function,
               int64_t batch, const codegen::Options& options);

  // The fields of the batch that are among the arguments.
  const std::vector<BatchField>& fields() const { return fields_; }
  bool reads(const std::string& argument) const { return function_.FindArgument(argument).has_value(); }
  const std::vector<ir::Result>& results() const { return function_.results(); }

  // Sets every argument but the fields.
  void SetState(const RunState& state);
  // Sets a field to `batch` rows.
  void SetField(const std::string& name, const Tensor& rows);
  void Run() { code_->Run(); }
  Tensor Result(size_t index) const { return code_->Result(index); }

 private:
  Tensor ValueOf(const std::string& name, const RunState& state);

  const Program& program_;
  DataStore& data_;
  ir::Function function_;
  std::vector<BatchField> fields_;
  std::unique_ptr<Executable> code_;
};

}  // namespace nnc::runtime
