#include "runtime/side_function.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "ir/specialize.h"

namespace nnc::runtime {
namespace {

// The scalars that functions of a train block take by these names; nullptr for another name.
const int64_t* ScalarOf(const RunState& state, const std::string& name) {
  const std::map<std::string, const int64_t*> scalars = {{"seed", &state.seed},     {"step", &state.step},
                                                         {"steps", &state.steps},   {"epoch", &state.epoch},
                                                         {"epochs", &state.epochs}, {"batches", &state.batches}};
  const auto found = scalars.find(name);
  return found == scalars.end() ? nullptr : found->second;
}

}  // namespace

Tensor GatherRows(const Tensor& column, const RowOrder& order, int64_t begin, int64_t count) {
  std::vector<int64_t> shape = column.shape();
  const int64_t row_bytes = shape[0] == 0 ? 0 : column.bytes() / shape[0];
  shape[0] = count;
  Tensor rows(column.element(), shape);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t row = order[(begin + i) % order.size()];
    std::memcpy(rows.data() + i * row_bytes, column.data() + row * row_bytes, static_cast<size_t>(row_bytes));
  }
  return rows;
}

SideFunction::SideFunction(const Program& program, const TrainPlan& plan, DataStore& data, const ir::Function& function,
                           int64_t batch, const codegen::Options& options)
    : program_(program), data_(data), function_(ir::Specialize(function, {{"B", batch}})) {
  std::ranges::copy_if(plan.fields, std::back_inserter(fields_),
                       [&](const BatchField& field) { return function_.FindArgument(field.name).has_value(); });
  codegen::Options own = options;
  own.max_memory = 0;  // the limit is on what trains
  code_ = MakeExecutable(function_, Backend::kJit, own);
}

void SideFunction::SetState(const RunState& state) {
  for (uint32_t i = 0; i < function_.argument_count(); ++i) {
    const std::string& name = function_.nodes()[i].name;
    if (std::ranges::count(fields_, name, &BatchField::name) == 0) code_->Set(i, ValueOf(name, state));
  }
}

void SideFunction::SetField(const std::string& name, const Tensor& rows) {
  code_->Set(function_.FindArgument(name)->index, rows);
}

Tensor SideFunction::ValueOf(const std::string& name, const RunState& state) {
  if (const int64_t* number = ScalarOf(state, name)) {
    Tensor scalar(ir::Element::kI64, {});
    scalar.as<int64_t>()[0] = *number;
    return scalar;
  }
  const auto constant = std::ranges::find(program_.constants, name, &DataConstant::name);
  return constant == program_.constants.end() ? state.value(name) : data_.Constant(*constant);
}

}  // namespace nnc::runtime
