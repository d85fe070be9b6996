// nnc gradcheck: derivatives by rule against derivatives by differences, for every train block's loss.

#include "runtime/gradcheck.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "driver/commands.h"
#include "driver/compile.h"
#include "ir/specialize.h"
#include "runtime/dataset.h"
#include "runtime/run_function.h"
#include "runtime/weights.h"
#include "view/table.h"

namespace nnc::driver {
namespace {

struct GradcheckArguments {
  std::string path, run;
  std::vector<std::string> settings;
  int64_t rows = 8, samples = 16, seed = 0;
};

// The first rows of a column.
ir::Tensor FirstRows(const runtime::Column& column, const runtime::RowOrder& order, int64_t rows) {
  std::vector<int64_t> shape = column.values.shape();
  int64_t width = column.values.elements() / std::max<int64_t>(shape[0], 1);
  shape[0] = rows;
  runtime::Tensor batch(column.values.element(), shape);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < width; ++i) {
      batch.set_number(row * width + i, column.values.number(order[row] * width + i));
    }
  }
  return runtime::ToIr(batch);
}

// Values for the arguments of a run's loss: initial parameters, and the first rows of its training split.
class LossArguments {
 public:
  LossArguments(const Program& program, const TrainPlan& plan, const GradcheckArguments& arguments)
      : plan_(plan), arguments_(arguments), data_(program, runtime::Backend::kEvaluator) {
    runtime::RunOptions options{.backend = runtime::Backend::kEvaluator, .codegen = {}, .seed = arguments.seed};
    for (auto& [name, value] :
         runtime::RunFunction(FindFunction(program.module, plan.init_function), {}, {}, options)) {
      values_.insert_or_assign(name, runtime::ToIr(value));
    }
    for (const DataConstant& constant : program.constants) {
      values_.insert_or_assign(constant.name, runtime::ToIr(data_.Constant(constant)));
    }
    AddScalars();
    if (!plan.data.empty()) AddFields();
  }

  int64_t rows() const { return rows_; }

  std::vector<ir::Tensor> For(const ir::Function& function) const {
    std::vector<ir::Tensor> tensors;
    for (uint32_t i = 0; i < function.argument_count(); ++i) {
      tensors.push_back(values_.at(function.node(ir::Value{i}).name));
    }
    return tensors;
  }

 private:
  void AddScalars() {
    const std::pair<const char*, int64_t> scalars[] = {
        {"seed", arguments_.seed}, {"step", 0}, {"steps", plan_.steps}, {"epoch", 0}, {"epochs", plan_.epochs}};
    for (auto [name, value] : scalars) values_[name] = ir::Tensor::Ints({}, {value}, ir::Element::kI64);
  }

  // As many rows of each part as the smallest has, at most.
  void AddFields() {
    rows_ = arguments_.rows;
    for (const DataPart& part : plan_.data) {
      rows_ = std::min(rows_, static_cast<int64_t>(data_.Load(part.data).split(part.split).rows.size()));
    }
    for (const BatchField& field : plan_.fields) {
      const DataPart& part = plan_.data[field.part];
      const runtime::Dataset& dataset = data_.Load(part.data);
      values_[field.name] = FirstRows(dataset.column(field.field), dataset.split(part.split).rows, rows_);
    }
  }

  const TrainPlan& plan_;
  const GradcheckArguments& arguments_;
  runtime::DataStore data_;
  std::map<std::string, ir::Tensor> values_;
  int64_t rows_ = 0;
};

void ReportMismatch(const runtime::GradientCheck& check, Session& session) {
  const runtime::GradientMismatch& mismatch = *check.mismatch;
  std::string cause = mismatch.node.empty()
                          ? "the rules are right, but put together wrongly"
                          : fmt::format("the derivative of `{}` is wrong", ir::InfoOf(mismatch.op).mnemonic);
  session.diagnostics.Report(
      DiagnosticKind::kGradientMismatch, mismatch.span,
      fmt::format("{}: for element {} of `{}` it leads to {:.6g}, differences give {:.6g}", cause, mismatch.index,
                  check.argument, mismatch.by_rule, mismatch.by_difference));
}

std::vector<std::string> TableRow(const runtime::GradientCheck& check) {
  std::string verdict = check.mismatch ? "WRONG" : fmt::format("largest difference {:.1e}", check.largest_difference);
  if (check.kinks > 0) verdict += fmt::format(", {} at kinks", check.kinks);
  return {check.argument, ir::ToString(check.type), std::to_string(check.checked),
          fmt::format("of {}", check.type.elements()), verdict};
}

int Gradcheck(const GradcheckArguments& arguments, Session& session) {
  auto program = CompileProgram(arguments.path, ParseOverrides(arguments.settings), session);
  if (!program) return ShowDiagnostics(session);
  const TrainPlan& first = FindRun(*program, arguments.run);
  for (const TrainPlan& plan : program->trains) {
    if (!arguments.run.empty() && plan.name != first.name) continue;
    LossArguments values(*program, plan, arguments);
    const ir::Function& symbolic = FindFunction(program->module, plan.loss_function);
    ir::Function loss = passes::ExpandGradients(ir::Specialize(symbolic, {{"B", values.rows()}}));
    std::vector<std::vector<std::string>> table;
    for (const runtime::GradientCheck& check : runtime::CheckGradients(loss, values.For(loss), arguments.samples)) {
      table.push_back(TableRow(check));
      if (check.mismatch) ReportMismatch(check, session);
    }
    Print(fmt::format("{}: the loss at {} rows, in f64\n{}", plan.name, values.rows(), view::TableText(table, 2)));
  }
  return ShowDiagnostics(session);
}

}  // namespace

void AddGradcheck(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<GradcheckArguments>();
  CLI::App* command = app.add_subcommand("gradcheck", "check the derivatives of every loss against differences");
  command->add_option("file", arguments->path, "a .nn file")->required();
  command->add_option("run", arguments->run, "the train block whose loss it is; default: all");
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->add_option("--rows", arguments->rows, "rows of data, by default 8")->check(CLI::PositiveNumber);
  command->add_option("--samples", arguments->samples, "elements compared of each argument at most, by default 16")
      ->check(CLI::PositiveNumber);
  command->add_option("--seed", arguments->seed, "seed of initial values and random numbers");
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Gradcheck(*arguments, session); }; });
}

}  // namespace nnc::driver
