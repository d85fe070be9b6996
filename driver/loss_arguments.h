// Values for the arguments of a run's loss, for the commands that look at one evaluation of it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "ir/evaluate.h"
#include "runtime/dataset.h"
#include "runtime/tensor.h"

namespace nnc::driver {

struct LossInputs {
  int64_t first = 0, rows = 8;      // of the training split; fewer rows where a part has fewer
  int64_t seed = 0;                 // of initial values and random numbers
  bool made_up = false;             // random fields instead of the data's
  runtime::TensorMap weights = {};  // over the initial values
  std::shared_ptr<runtime::DataFiles> files = std::make_shared<runtime::DataFiles>();
};

class LossArguments {
 public:
  // Initial parameters, and rows of each part of the training data. Throws Failure as reading these does; Usage for a
  // first row that there is not.
  LossArguments(const Program& program, const TrainPlan& plan, const LossInputs& inputs);

  int64_t rows() const { return rows_; }
  // The values of a function's arguments, in order.
  std::vector<ir::Tensor> For(const ir::Function& function) const;

 private:
  void AddScalars(int64_t seed);
  void AddParameters(const Program& program, const LossInputs& inputs);
  void AddConstants(const Program& program, bool made_up);
  void AddFields(const LossInputs& inputs);
  void MakeFieldsUp(const Program& program, const LossInputs& inputs);

  const TrainPlan& plan_;
  runtime::DataStore data_;
  std::map<std::string, ir::Tensor> values_;
  int64_t rows_ = 0;
};

}  // namespace nnc::driver
