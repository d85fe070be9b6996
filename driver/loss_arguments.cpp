#include "driver/loss_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "driver/compile.h"
#include "runtime/run_function.h"

namespace nnc::driver {
namespace {

// Rows of a column, from place `first` of the order on.
ir::Tensor RowsOf(const runtime::Column& column, const runtime::RowOrder& order, int64_t first, int64_t rows) {
  std::vector<int64_t> shape = column.values.shape();
  int64_t width = column.values.elements() / std::max<int64_t>(shape[0], 1);
  shape[0] = rows;
  runtime::Tensor batch(column.values.element(), shape);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < width; ++i) {
      batch.set_number(row * width + i, column.values.number(order[first + row] * width + i));
    }
  }
  return runtime::ToIr(batch);
}

runtime::Tensor Filled(const ir::Type& type, double number) {
  runtime::Tensor tensor(type.element, ir::Values(type.shape));
  for (int64_t i = 0; i < tensor.elements(); ++i) tensor.set_number(i, number);
  return tensor;
}

// Rows of a field that no file gives: numbers in [-1, 1), or ids of its classes.
ir::Tensor RandomRows(const DataField& field, int64_t rows, uint64_t key) {
  std::vector<int64_t> shape = ir::Values(field.type.shape);
  shape.insert(shape.begin(), rows);
  runtime::Tensor batch(field.type.element, shape);
  for (int64_t i = 0; i < batch.elements(); ++i) {
    double uniform = ir::UniformAt(key, static_cast<uint64_t>(i), ir::Element::kF64);
    auto classes = static_cast<double>(std::max<int64_t>(field.classes, 2));
    batch.set_number(i, ir::IsFloat(field.type.element) ? 2 * uniform - 1 : std::floor(classes * uniform));
  }
  return runtime::ToIr(batch);
}

const DataField& FieldOf(const Program& program, const std::string& data, const std::string& name) {
  auto plan = std::ranges::find(program.data, data, &DataPlan::name);
  return *std::ranges::find(plan->fields, name, &DataField::name);
}

}  // namespace

LossArguments::LossArguments(const Program& program, const TrainPlan& plan, const LossInputs& inputs)
    : plan_(plan), data_(program, runtime::Backend::kEvaluator, inputs.files) {
  AddConstants(program, inputs.made_up);
  AddParameters(program, inputs);
  AddScalars(inputs.seed);
  if (plan.data.empty()) return;
  if (inputs.made_up) {
    MakeFieldsUp(program, inputs);
  } else {
    AddFields(inputs);
  }
}

std::vector<ir::Tensor> LossArguments::For(const ir::Function& function) const {
  std::vector<ir::Tensor> tensors;
  for (uint32_t i = 0; i < function.argument_count(); ++i) {
    tensors.push_back(values_.at(function.node(ir::Value{i}).name));
  }
  return tensors;
}

void LossArguments::AddScalars(int64_t seed) {
  const std::pair<const char*, int64_t> scalars[] = {
      {"seed", seed}, {"step", 0}, {"steps", plan_.steps}, {"epoch", 0}, {"epochs", plan_.epochs}, {"batches", 1}};
  for (auto [name, value] : scalars) values_[name] = ir::Tensor::Ints({}, {value}, ir::Element::kI64);
}

void LossArguments::AddParameters(const Program& program, const LossInputs& inputs) {
  runtime::RunOptions options{.backend = runtime::Backend::kEvaluator, .codegen = {}, .seed = inputs.seed};
  for (auto& [name, value] : runtime::RunFunction(FindFunction(program.module, plan_.init_function), {}, {}, options)) {
    values_.insert_or_assign(name, runtime::ToIr(value));
  }
  for (const auto& [name, value] : inputs.weights) values_.insert_or_assign(name, runtime::ToIr(value));
}

// Of data that is made up, no field is moved or scaled.
void LossArguments::AddConstants(const Program& program, bool made_up) {
  for (const DataConstant& constant : program.constants) {
    runtime::Tensor value = made_up ? Filled(constant.type, constant.deviation ? 1 : 0) : data_.Constant(constant);
    values_.insert_or_assign(constant.name, runtime::ToIr(value));
  }
}

// As many rows of each part as the smallest has, at most.
void LossArguments::AddFields(const LossInputs& inputs) {
  int64_t there = inputs.first + inputs.rows;
  for (const DataPart& part : plan_.data) {
    there = std::min(there, static_cast<int64_t>(data_.Load(part.data).split(part.split).rows.size()));
  }
  rows_ = there - inputs.first;
  if (rows_ <= 0) {
    throw Failure(DiagnosticKind::kUsage, "--row",
                  fmt::format("there are rows 0 to {}, not {}", there - 1, inputs.first));
  }
  for (const BatchField& field : plan_.fields) {
    const DataPart& part = plan_.data[field.part];
    const runtime::Dataset& dataset = data_.Load(part.data);
    values_[field.name] = RowsOf(dataset.column(field.field), dataset.split(part.split).rows, inputs.first, rows_);
  }
}

void LossArguments::MakeFieldsUp(const Program& program, const LossInputs& inputs) {
  rows_ = inputs.rows;
  uint64_t key = 0;
  for (const BatchField& field : plan_.fields) {
    values_[field.name] = RandomRows(FieldOf(program, plan_.data[field.part].data, field.field), rows_, ++key);
  }
}

}  // namespace nnc::driver
