#include "runtime/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "runtime/executable.h"
#include "runtime/field_numbers.h"

namespace nnc::runtime {
namespace {

struct Generated {
  const DataField* field;
  size_t result;  // its place among the function's results
  Tensor rows;
};

size_t ResultIndex(const ir::Function& function, const std::string& field) {
  const auto& results = function.results();
  const auto found = std::find_if(results.begin(), results.end(), [&](const ir::Result& r) { return r.name == field; });
  if (found == results.end()) throw std::logic_error("generate does not give the field " + field);
  return static_cast<size_t>(found - results.begin());
}

}  // namespace

std::vector<Column> GenerateColumns(const Program& program, const DataPlan& plan, Backend backend,
                                    const codegen::Options& options) {
  const ir::Function& function = *program.module.Find(plan.generate);
  const auto code = MakeExecutable(function, backend, options);
  const size_t row_argument = function.FindArgument("i")->index, seed_argument = function.FindArgument("seed")->index;
  std::vector<Generated> fields;
  for (const DataField& field : plan.fields) {
    if (field.source) continue;  // a file gives it
    std::vector<int64_t> shape = Values(field.type.shape);
    shape.insert(shape.begin(), plan.last - plan.first);
    fields.push_back({&field, ResultIndex(function, field.name), Tensor(field.type.element, std::move(shape))});
  }
  Tensor row(ir::Element::kI32, {}), seed(ir::Element::kI64, {});
  seed.as<int64_t>()[0] = plan.seed;
  for (int64_t i = plan.first; i < plan.last; ++i) {
    row.as<int32_t>()[0] = static_cast<int32_t>(i);
    code->Set(row_argument, row);
    code->Set(seed_argument, seed);
    code->Run();
    for (Generated& each : fields) {
      const Tensor value = code->Result(each.result);
      std::memcpy(each.rows.data() + (i - plan.first) * value.bytes(), value.data(),
                  static_cast<size_t>(value.bytes()));
    }
  }
  std::vector<Column> columns;
  for (Generated& each : fields) {
    const NumberSource numbers = [&](int64_t begin, std::span<double> to) { each.rows.Read(begin, to); };
    const PlaceOf place = [&](int64_t at, int64_t column) {
      return fmt::format("{}:{}:{}", plan.name, at + 1, column + 1);
    };
    CheckNumbers(*each.field, each.rows.elements(), numbers, place, nullptr);
    columns.push_back({each.field->name, std::move(each.rows), {}, {}, {}});
  }
  return columns;
}

}  // namespace nnc::runtime
