// What the graph of a training step shows: the function @RUN.step before derivatives are taken, in which each `grad`
// node names a loss.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "frontend/lint/patterns.h"
#include "frontend/lint/rules.h"
#include "ir/graph_view.h"

namespace nnc::lint {
namespace {

using ir::Function;
using ir::Node;
using ir::Op;
using ir::OpClass;
using ir::Value;

class StepCheck {
 public:
  StepCheck(const Program& program, const TrainPlan& plan, const Function& step, Diagnostics& found)
      : program_(program), plan_(plan), step_(step), found_(found) {
    std::vector<Value> parameters;
    for (const Parameter& parameter : program.parameters) {
      if (auto argument = step.FindArgument(parameter.name)) parameters.push_back(*argument);
    }
    from_parameters_ = ir::ReachableFrom(step, parameters);
  }

  void Run() {
    for (uint32_t i = 0; i < step_.size(); ++i) {
      CheckSoftmax({i});
      CheckLabels({i});
    }
    for (const BatchField& field : plan_.fields) CheckNormalized(field.name);
  }

  // The arguments that some loss depends on.
  std::set<std::string> LossArguments() const {
    std::vector<Value> losses;
    for (const Node& node : step_.nodes()) {
      if (node.op == Op::kVjp) losses.push_back(node.operands[0]);
    }
    std::vector<bool> needed = ir::Reaching(step_, losses);
    std::set<std::string> names;
    for (uint32_t i = 0; i < step_.argument_count(); ++i) {
      if (needed[i]) names.insert(step_.node({i}).name);
    }
    return names;
  }

 private:
  // ---- log_softmax of probabilities ----

  void CheckSoftmax(Value value) {
    std::optional<Value> logits = LogSoftmaxOperand(step_, value);
    if (!logits) return;
    Value source = MovedFrom(step_, *logits);
    bool probabilities = IsSoftmax(step_, source);
    if (!probabilities && !LogSoftmaxOperand(step_, source)) return;
    std::string_view what = probabilities ? "softmax" : "log_softmax";
    found_
        .Report(DiagnosticKind::kDoubleSoftmax, step_.node(value).span,
                fmt::format("this takes logits and is given the result of a {}", what))
        .Help("`cross_entropy` and `log_softmax` apply softmax themselves: give them what went into it")
        .AddNote(step_.node(source).span, fmt::format("the {} is here", what));
  }

  // ---- Labels compared with class numbers ----

  // The data block that an argument is a field of; null where it is none.
  const DataPlan* DataOf(const std::string& argument) const {
    const auto field = std::ranges::find(plan_.fields, argument, &BatchField::name);
    if (field == plan_.fields.end()) return nullptr;
    return &*std::ranges::find(program_.data, plan_.data[field->part].data, &DataPlan::name);
  }

  const DataField* FieldOf(const std::string& argument) const {
    const DataPlan* data = DataOf(argument);
    if (data == nullptr) return nullptr;
    const std::string& name = std::ranges::find(plan_.fields, argument, &BatchField::name)->field;
    return &*std::ranges::find(data->fields, name, &DataField::name);
  }

  void CheckLabels(Value value) {
    std::optional<ClassComparison> comparison = FindClassComparison(step_, value);
    if (!comparison) return;
    Span span = step_.node(value).span;
    const Node& labels = step_.node(comparison->labels);
    int64_t classes = comparison->classes;
    if (labels.op == Op::kConstant) {
      double label = labels.attribute<double>(ir::AttributeKey::kValue);
      if (label >= 0 && label < static_cast<double>(classes)) return;
      found_
          .Report(DiagnosticKind::kLabelRange, span,
                  fmt::format("there are {} classes, and none is {}", classes, label))
          .Help("classes count from 0");
      return;
    }
    const DataField* field = labels.op == Op::kArgument ? FieldOf(labels.name) : nullptr;
    if (field == nullptr || field->classes <= 0 || field->classes == classes) return;
    found_
        .Report(DiagnosticKind::kLabelRange, span,
                fmt::format("`{}` has {} classes, but {} are told apart here", field->name, field->classes, classes))
        .Help(field->classes > classes ? "labels beyond the last class count as no class at all"
                                       : "the classes without labels are only ever unlearnt")
        .AddNote(field->span, "declared here");
  }

  // ---- Numbers as they stand in a file ----

  static bool IsNormalized(const DataPlan& data, const DataField& field) {
    if (field.source->scale != 1.0 || field.source->offset != 0.0) return true;
    return std::ranges::any_of(data.normalize, [&](const NormalizeStep& step) {
      return std::ranges::find(step.fields, field.name) != step.fields.end();
    });
  }

  // A float field that goes into a product with parameters and was at most moved about before. Whatever computes with
  // it first is taken to bring it to scale; and a target never meets parameters in a product.
  void CheckNormalized(const std::string& name) {
    const DataField* field = FieldOf(name);
    bool raw =
        field != nullptr && field->source && ir::IsFloat(field->type.element) && !IsNormalized(*DataOf(name), *field);
    std::optional<Value> product = raw ? ProductOf(*step_.FindArgument(name)) : std::nullopt;
    if (!product) return;
    found_
        .Report(DiagnosticKind::kNotNormalized, field->span,
                fmt::format("`{}` goes into the model as it stands in the file", name))
        .Help(
            fmt::format("write `normalize {}` in the data block, or a step behind the source, such as `/ 255.0`", name))
        .AddNote(step_.node(*product).span, "it is multiplied by parameters here");
  }

  std::optional<Value> ProductOf(Value field) const {
    std::set<uint32_t> moved = {field.index};
    for (uint32_t i = field.index + 1; i < step_.size(); ++i) {
      const Node& node = step_.node({i});
      bool takes = std::any_of(node.operands.begin(), node.operands.end(),
                               [&](Value operand) { return moved.contains(operand.index); });
      if (!takes) continue;
      bool learns = std::any_of(node.operands.begin(), node.operands.end(), [&](Value operand) {
        return !moved.contains(operand.index) && from_parameters_[operand.index];
      });
      if (ir::InfoOf(node.op).op_class == OpClass::kContraction && learns) return Value{i};
      if (Moves(node.op)) moved.insert(i);
    }
    return std::nullopt;
  }

  const Program& program_;
  const TrainPlan& plan_;
  const Function& step_;
  Diagnostics& found_;
  std::vector<bool> from_parameters_;
};

// ---- Parameters without a loss ----

// One report for a whole model, else one for each place that makes such parameters.
class UntrainedCheck {
 public:
  UntrainedCheck(const std::set<std::string>& trained, Diagnostics& found) : trained_(trained), found_(found) {}

  void Run(const ModelSummary& model, Span declared) {
    std::map<std::pair<uint32_t, uint32_t>, std::vector<const Parameter*>> places;  // by line and column
    size_t untrained = 0, all = 0;
    for (const Parameter& parameter : model.parameters) {
      if (!parameter.trained) continue;
      ++all;
      if (trained_.contains(parameter.name)) continue;
      ++untrained;
      places[{parameter.span.line, parameter.span.column}].push_back(&parameter);
    }
    if (untrained > 0 && untrained == all) {
      Report(declared, fmt::format("no loss depends on the parameters of `{}`", model.name));
      return;
    }
    for (const auto& [place, parameters] : places) {
      std::string more = parameters.size() > 1 ? fmt::format(" and {} more", parameters.size() - 1) : "";
      Report(parameters[0]->span, fmt::format("no loss depends on `{}`{}", parameters[0]->name, more));
    }
  }

 private:
  void Report(Span span, std::string message) {
    found_.Report(DiagnosticKind::kUntrainedParameter, span, std::move(message))
        .Help("it keeps its initial value; use it in `forward`, or remove it");
  }

  const std::set<std::string>& trained_;
  Diagnostics& found_;
};

}  // namespace

void CheckGraphs(const Declarations& declarations, const Program& program, Diagnostics& found) {
  std::set<std::string> trained;
  for (const TrainPlan& plan : program.trains) {
    const Function* step = program.module.Find(plan.step_function);
    if (step == nullptr) return;
    StepCheck check(program, plan, *step, found);
    check.Run();
    trained.merge(check.LossArguments());
  }
  if (program.trains.empty()) return;
  for (const ModelSummary& model : program.models) {
    Declarations::Found let = declarations.Find(model.name, declarations.main_file());
    if (let.declaration != nullptr) UntrainedCheck(trained, found).Run(model, let.declaration->span);
  }
}

}  // namespace nnc::lint
