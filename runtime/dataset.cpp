#include "runtime/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "runtime/fail.h"
#include "runtime/generate.h"
#include "runtime/normalize.h"
#include "runtime/split.h"

namespace nnc::runtime {
namespace {

template <class List>
auto& FindNamed(List& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& each) { return each.name == name; });
  if (found == list.end()) throw std::logic_error("no data of the name " + name);
  return *found;
}

// Text fields that are shifted differently may have a last window more or less: all keep the shortest's number.
void LevelTextFields(const DataPlan& plan, std::vector<Column>& columns) {
  const auto is_text = [](const DataField& field) { return field.source && field.source->kind == FieldSource::kText; };
  int64_t rows = INT64_MAX;
  for (const DataField& field : plan.fields) {
    if (is_text(field)) rows = std::min(rows, FindNamed(columns, field.name).values.shape()[0]);
  }
  for (const DataField& field : plan.fields) {
    if (!is_text(field)) continue;
    Tensor& values = FindNamed(columns, field.name).values;
    values = values.Part(0, {rows, values.shape()[1]});
  }
}

std::vector<Column> LoadColumns(const Program& program, const DataPlan& plan, Backend backend,
                                const codegen::Options& options, DataFiles& files) {
  std::vector<Column> columns;
  if (!plan.generate.empty()) columns = GenerateColumns(program, plan, backend, options);
  for (Column& column : files.Take(plan)) columns.push_back(std::move(column));
  LevelTextFields(plan, columns);
  return columns;
}

// The number of rows, which all fields must share.
int64_t CommonRows(const DataPlan& plan, const std::vector<Column>& columns) {
  const int64_t rows = columns.front().values.shape()[0];
  for (const Column& column : columns) {
    const int64_t other = column.values.shape()[0];
    if (other == rows) continue;
    Fail(DiagnosticKind::kDataShape, FindNamed(plan.fields, column.name).span,
         fmt::format("`{}` has {} rows, but `{}` has {}", column.name, other, columns.front().name, rows));
  }
  if (rows == 0) Fail(DiagnosticKind::kDataShape, plan.span, fmt::format("the data `{}` has no rows", plan.name));
  return rows;
}

}  // namespace

const Column& Dataset::column(const std::string& field) const { return FindNamed(columns, field); }
const Split& Dataset::split(const std::string& split) const { return FindNamed(splits, split); }

int64_t Dataset::bytes() const {
  int64_t total = 0;
  for (const Column& column : columns) total += column.values.bytes();
  return total;
}

const Dataset& DataStore::Load(const std::string& name) {
  const auto found = loaded_.find(name);
  if (found != loaded_.end()) return *found->second;
  const DataPlan& plan = FindNamed(program_.data, name);
  auto dataset = std::make_unique<Dataset>();
  dataset->name = name;
  dataset->columns = LoadColumns(program_, plan, backend_, options_, *files_);
  dataset->rows = CommonRows(plan, dataset->columns);
  dataset->splits = SplitRows(plan, dataset->rows);
  for (const NormalizeStep& step : plan.normalize) {
    for (const std::string& field : step.fields) {
      Column& column = FindNamed(dataset->columns, field);
      if (step.like.empty()) {
        Statistics own = ComputeStatistics(column.values, dataset->splits.front().rows, step.over);
        column.mean = std::move(own.mean), column.deviation = std::move(own.deviation);
      } else {
        const size_t dot = step.like.find('.');
        const Column& other = Load(step.like.substr(0, dot)).column(step.like.substr(dot + 1));
        column.mean = other.mean, column.deviation = other.deviation;
      }
      Normalize(column.values, {*column.mean, *column.deviation});
    }
  }
  return *loaded_.emplace(name, std::move(dataset)).first->second;
}

Tensor DataStore::Constant(const DataConstant& constant) {
  const Column& column = Load(constant.data).column(constant.field);
  const Tensor& statistic = constant.deviation ? *column.deviation : *column.mean;
  return statistic.Converted(constant.type.element).Reshaped(Values(constant.type.shape));
}

}  // namespace nnc::runtime
