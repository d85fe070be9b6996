#include "runtime/norm_probe.h"

#include <algorithm>
#include <cmath>

#include "passes/step_norms.h"

namespace nnc::runtime {
namespace {

std::string LayerOf(const std::string& parameter) {
  const size_t dot = parameter.rfind('.');
  return dot == std::string::npos ? parameter : parameter.substr(0, dot);
}

// The parameter that a result of StepNorms belongs to, or "" where it is of another kind.
std::string ParameterOf(const std::string& result, std::string_view suffix) {
  return result.ends_with(suffix) ? result.substr(0, result.size() - suffix.size()) : "";
}

}  // namespace

NormProbe::NormProbe(const Program& program, const TrainPlan& plan, DataStore& data, int64_t batch,
                     const codegen::Options& options)
    : accumulate_(plan.accumulate) {
  std::vector<std::string> parameters;
  for (const Parameter& parameter : program.parameters) {
    if (parameter.trained) parameters.push_back(parameter.name);
  }
  const auto compile = [&](const ir::Function& function, std::optional<SideFunction>& side) {
    side.emplace(program, plan, data, function, batch, options);
    for (const BatchField& field : side->fields()) {
      const DataPart& part = plan.data[field.part];
      const Dataset& rows = data.Load(part.data);
      side->SetField(field.name, GatherRows(rows.column(field.field).values, rows.split(part.split).rows, 0, batch));
    }
  };
  const ir::Function norms = passes::StepNorms(*program.module.Find(plan.step_function), parameters);
  if (!norms.results().empty()) compile(norms, norms_function_);
  if (!plan.rates_function.empty()) compile(*program.module.Find(plan.rates_function), rates_function_);
  for (const ir::Result& result : norms.results()) {
    const std::string layer = LayerOf(ParameterOf(result.name, passes::kGradientSuffix));
    if (!layer.empty() && std::ranges::count(layers_, layer) == 0) layers_.push_back(layer);
  }
  if (rates_function_) {
    for (const ir::Result& rate : rates_function_->results()) rates_.push_back(rate.name);
  }
}

Norms NormProbe::Measure(const RunState& state) {
  RunState at = state;
  // With `accumulate`, as if the batch were the last before an update.
  at.step = state.step / accumulate_ * accumulate_ + accumulate_ - 1;
  for (std::optional<SideFunction>* function : {&norms_function_, &rates_function_}) {
    if (!*function) continue;
    (*function)->SetState(at);
    (*function)->Run();
  }
  Norms norms{std::vector<double>(layers_.size()), std::vector<double>(layers_.size()), {}};
  for (size_t i = 0; norms_function_ && i < norms_function_->results().size(); ++i) {
    const std::string& name = norms_function_->results()[i].name;
    const bool gradient = name.ends_with(passes::kGradientSuffix);
    const std::string parameter = ParameterOf(name, gradient ? passes::kGradientSuffix : passes::kUpdateSuffix);
    const auto layer = static_cast<size_t>(std::ranges::find(layers_, LayerOf(parameter)) - layers_.begin());
    double& norm = (gradient ? norms.gradients : norms.updates)[layer];
    norm = std::hypot(norm, norms_function_->Result(i).number(0));
  }
  for (size_t i = 0; i < rates_.size(); ++i) norms.rates.push_back(rates_function_->Result(i).number(0));
  return norms;
}

}  // namespace nnc::runtime
