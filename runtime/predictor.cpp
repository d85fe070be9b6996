#include "runtime/predictor.h"

#include <algorithm>
#include <limits>

namespace nnc::runtime {

std::optional<Predictor> FindPredictor(const Program& program, const TrainPlan& plan, DataStore& data,
                                       PredictionFinder find, bool (*fits)(const DataField&),
                                       const codegen::Options& options) {
  if (plan.data.empty()) return std::nullopt;
  const ir::Function& eval = *program.module.Find(plan.eval_function);
  std::vector<std::string> names;
  for (const BatchField& field : plan.fields) {
    if (field.part == 0) names.push_back(field.name);
  }
  for (const BatchField& field : plan.fields) {
    if (field.part != 0 || !fits(DeclarationOf(program, plan, field))) continue;
    std::vector<std::string> inputs = names;
    std::erase(inputs, field.name);
    const std::optional<ir::Function> function = find(eval, {field.name, std::move(inputs)});
    if (!function) continue;
    const bool strange = std::ranges::any_of(
        plan.fields, [&](const BatchField& other) { return other.part != 0 && function->FindArgument(other.name); });
    if (strange) continue;
    return Predictor{field, DeclarationOf(program, plan, field),
                     SideFunction(program, plan, data, *function, Predictor::kBatch, options)};
  }
  return std::nullopt;
}

const DataField& DeclarationOf(const Program& program, const TrainPlan& plan, const BatchField& field) {
  const DataPlan& data = *std::ranges::find(program.data, plan.data.front().data, &DataPlan::name);
  return *std::ranges::find(data.fields, field.field, &DataField::name);
}

bool IsNumbers(const DataField& field, int64_t count) {
  return ir::IsFloat(field.type.element) && field.type.rank() <= 1 && field.type.elements() == count;
}

int64_t PointStride(int64_t rows) {
  constexpr int64_t kPoints = 400;
  return std::max<int64_t>(1, rows / kPoints);
}

Range Range::Of(const Tensor& column, const RowOrder& rows, int64_t index, int64_t count, double share) {
  Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (int64_t i = 0; i < rows.size(); ++i) {
    const double value = column.number(rows[i] * count + index);
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  const double margin = range.low < range.high ? share * (range.high - range.low) : 1;
  return {range.low - margin, range.high + margin};
}

}  // namespace nnc::runtime
