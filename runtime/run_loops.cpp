#include "runtime/run_loops.h"

#include <fmt/format.h>

#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

std::vector<Source> SourcesOf(const std::vector<DataPart>& parts, DataStore& data) {
  std::vector<Source> sources;
  for (const DataPart& part : parts) {
    const Dataset& dataset = data.Load(part.data);
    sources.push_back({&dataset, &dataset.split(part.split)});
  }
  return sources;
}

Batches BatchesOf(const std::vector<Source>& sources, int64_t batch, bool drop_last) {
  return PlanBatches(sources.front().split->rows.size(), batch, drop_last);
}

std::vector<std::string> FigureNames(const TrainPlan& plan) {
  std::vector<std::string> names = {"loss"};
  names.insert(names.end(), plan.metrics.begin(), plan.metrics.end());
  return names;
}

}  // namespace

RunLength LengthOf(const TrainPlan& plan, std::optional<int64_t> epochs, std::optional<int64_t> steps,
                   DataStore& data) {
  RunLength length{plan.epochs, plan.steps};
  if (epochs) length = {*epochs, 0};
  if (steps) length = {0, *steps};
  if (plan.data.empty()) {
    if (length.steps <= 0) {
      Fail(DiagnosticKind::kMissingSetting, plan.span, fmt::format("`{}` has no data, so it needs `steps`", plan.name),
           "An epoch is a pass over data. Write `steps = n`, or give --steps.");
    }
    return {1, length.steps};
  }
  const int64_t batches = BatchesOf(SourcesOf({plan.data.front()}, data), plan.batch, plan.drop_last).count;
  if (length.steps > 0) {
    length.epochs = (length.steps - 1) / batches + 1;
  } else if (__builtin_mul_overflow(length.epochs, batches, &length.steps)) {
    Fail(DiagnosticKind::kMissingSetting, plan.span,
         fmt::format("{} epochs of {} batches are more steps than 64 bits count", length.epochs, batches),
         "Train for fewer epochs: an interrupt saves, and --resume goes on.");
  } else if (length.epochs <= 0) {
    Fail(DiagnosticKind::kMissingSetting, plan.span, fmt::format("`{}` does not say how long to train", plan.name),
         "Write `epochs = n` or `steps = n`, or give --epochs.");
  }
  return length;
}

LoopRequest TrainLoopOf(const TrainPlan& plan, DataStore& data, int64_t steps) {
  LoopRequest request{plan.name + ".train", plan.step_function, SourcesOf(plan.data, data), plan.fields, {},
                      FigureNames(plan)};
  request.batches =
      plan.data.empty() ? PlanBatches(steps, 1, false) : BatchesOf(request.sources, plan.batch, plan.drop_last);
  return request;
}

LoopRequest EvalLoopOf(const TrainPlan& plan, DataStore& data, const std::string& name,
                       const std::vector<DataPart>& parts) {
  LoopRequest request{name, plan.eval_function, SourcesOf(parts, data), plan.fields, {}, FigureNames(plan)};
  request.batches = BatchesOf(request.sources, plan.batch, false);
  return request;
}

}  // namespace nnc::runtime
