#include <algorithm>
#include <limits>
#include <stdexcept>

#include "runtime/run_loops.h"
#include "runtime/split_loop.h"
#include "runtime/trainer.h"

namespace nnc::runtime {
namespace {

struct Part {
  std::string name;  // "spiral.train"
  LoopRequest request;
};

// The parts of `data` with `split` in place of the first one's; where the others have a split of that name too, theirs
// is meant.
std::vector<DataPart> WithSplit(std::vector<DataPart> parts, const std::string& split, DataStore& data) {
  for (DataPart& part : parts) {
    const bool has = std::ranges::count(data.Load(part.data).splits, split, &Split::name) > 0;
    if (has) part.split = split;
  }
  return parts;
}

// Every split of the run's data, then of its validation data where that is another.
std::vector<Part> PartsOf(const TrainPlan& plan, DataStore& data) {
  std::vector<std::vector<DataPart>> all = {plan.data};
  if (!plan.validate.empty() && plan.validate[0].data != plan.data[0].data) all.push_back(plan.validate);
  std::vector<Part> parts;
  for (const std::vector<DataPart>& each : all) {
    const std::string& first = each.front().data;
    for (const Split& split : data.Load(first).splits) {
      const std::string name = split.name.empty() ? first : first + "." + split.name;
      parts.push_back({name, EvalLoopOf(plan, data, plan.name + "." + name, WithSplit(each, split.name, data))});
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
    SplitLoop loop(code, part.request);
    loop.Begin(0, std::nullopt);
    loop.Run(std::numeric_limits<int64_t>::max(), 0, "loss on " + part.name, plan.span);
    result.push_back({part.name, loop.figures()});
  }
  return result;
}

}  // namespace nnc::runtime
