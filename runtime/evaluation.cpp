#include <algorithm>
#include <limits>
#include <stdexcept>

#include "runtime/run_code.h"
#include "runtime/split_loop.h"
#include "runtime/trainer.h"

namespace nnc::runtime {
namespace {

struct Part {
  std::string name;  // "spiral.train"
  const Dataset* dataset;
  const Split* split;
  LoopRequest request;
};

// Every split of the run's data, then of its validation data.
std::vector<Part> PartsOf(const TrainPlan& plan, DataStore& data) {
  std::vector<std::string> figures = {"loss"};
  figures.insert(figures.end(), plan.metrics.begin(), plan.metrics.end());
  std::vector<std::string> names = {plan.data};
  if (!plan.validate.empty() && plan.validate != plan.data) names.push_back(plan.validate);
  std::vector<Part> parts;
  for (const std::string& name : names) {
    const Dataset& dataset = data.Load(name);
    for (const Split& split : dataset.splits) {
      const std::string part = split.name.empty() ? name : name + "." + split.name;
      const Batches batches = PlanBatches(static_cast<int64_t>(split.rows.size()), plan.batch, false);
      parts.push_back(
          {part, &dataset, &split, {plan.name + "." + part, plan.eval_function, &dataset, batches, figures}});
    }
  }
  return parts;
}

void SetValues(RunCode& code, const Program& program, const TrainPlan& plan, DataStore& data,
               const TensorMap& weights) {
  for (const auto& [name, value] : weights) code.Set(name, value);
  for (const DataConstant& constant : program.constants) {
    if (code.Holds(constant.name) && !weights.contains(constant.name)) code.Set(constant.name, data.Constant(constant));
  }
  for (const auto& [name, value] : {std::pair("seed", plan.seed), {"steps", plan.steps}, {"epochs", plan.epochs}}) {
    code.SetScalar(name, value);
  }
}

}  // namespace

std::vector<SplitFigures> Evaluate(const Program& program, const TrainPlan& plan, DataStore& data,
                                   const TensorMap& weights, const codegen::Options& options) {
  if (plan.data.empty()) return {};
  const std::vector<Part> parts = PartsOf(plan, data);
  std::vector<LoopRequest> requests;
  for (const Part& part : parts) requests.push_back(part.request);
  RunCode code(program, requests, {}, options);
  SetValues(code, program, plan, data, weights);
  std::vector<SplitFigures> result;
  for (const Part& part : parts) {
    SplitLoop loop(code, part.request, part.split);
    loop.Begin(false, 0, false);
    loop.Run(std::numeric_limits<int64_t>::max(), 0, "loss on " + part.name, plan.span);
    result.push_back({part.name, loop.figures()});
  }
  return result;
}

}  // namespace nnc::runtime
