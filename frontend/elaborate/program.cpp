// The whole program: lets and their overrides, functions, data and train blocks, initial values.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/elaborate/blocks.h"
#include "frontend/elaborate/elaborator.h"
#include "frontend/elaborate/signature.h"
#include "frontend/parser.h"

namespace nnc {

namespace {

// What a let's value is, where an override must have the same; "" for what cannot be overridden.
std::string_view StaticKind(const Value& value) {
  if (value.AsInt()) return "an int";
  if (value.AsFloat()) return "a float";
  if (value.AsBool()) return "a bool";
  if (value.AsString()) return "a string";
  if (value.AsList()) return "a list";
  return "";
}

}  // namespace

Elaborator::Elaborator(SourceManager& sources, Diagnostics& diagnostics, const FrontendOptions& options,
                       Declarations& declarations, Program& program)
    : sources_(sources), diagnostics_(diagnostics), options_(options), declarations_(declarations), program_(program) {}

Frame Elaborator::FileFrame(uint32_t file, Context& context) const {
  Frame frame;
  frame.context = &context;
  frame.file = file;
  frame.library = declarations_.file(file).library;
  return frame;
}

Value Elaborator::EvaluateLet(const ast::Let& let, uint32_t file) {
  Context context;
  Frame frame = FileFrame(file, context);
  Value value = Evaluate(*let.value, frame);
  for (const Override& override : options_.overrides) {
    if (override.name != let.name.text || frame.library) continue;
    overrides_used_.insert(override.name);
    value = Overridden(let, std::move(value), override.value, file);
  }
  NameModels(value, let.name.text);
  return value;
}

Value Elaborator::Overridden(const ast::Let& let, Value value, const std::string& text, uint32_t file) {
  if (value.poison()) return value;
  uint32_t source = sources_.Add(fmt::format("--set {}", let.name.text), text);
  ast::ExprPtr expr = ParseExpression(source, sources_, diagnostics_);
  Context context;
  Frame frame = FileFrame(file, context);
  Value given = expr == nullptr ? Value() : Evaluate(*expr, frame);
  if (given.poison()) return given;
  std::string_view kind = StaticKind(value);
  if (kind == StaticKind(given) && !kind.empty()) return given;
  Report(frame, DiagnosticKind::kBadOverride, expr->span,
         kind.empty() ? fmt::format("`{}` is {}, which --set cannot override", let.name.text, Describe(frame, value))
                      : fmt::format("`{}` is {}, not {}", let.name.text, kind, Describe(frame, given)))
      .AddNote(let.name.span, "declared here");
  return Poison{};
}

void Elaborator::CheckOverrides() {
  std::vector<std::string> lets;
  for (uint32_t id : declarations_.user_files()) {
    for (const auto& declaration : declarations_.file(id).declarations) {
      if (std::holds_alternative<ast::Let>(declaration->decl->node)) lets.emplace_back(declaration->name);
    }
  }
  for (const Override& override : options_.overrides) {
    if (overrides_used_.contains(override.name)) continue;
    std::string closest = Closest(override.name, lets);
    diagnostics_
        .Report(DiagnosticKind::kBadOverride, {}, fmt::format("--set {}: no `let` has this name", override.name))
        .Help(closest.empty() ? "" : fmt::format("did you mean `{}`?", closest));
  }
}

void Elaborator::ElaborateDeclaration(Declaration& declaration) {
  Context context;
  Value value = ValueOf(declaration, declaration.span, FileFrame(declaration.file, context));
  if (auto* function = value.As<UserFunction>()) CheckFunction(*function);
  if (std::holds_alternative<ast::Let>(declaration.decl->node)) Summarize(declaration);
}

void Elaborator::Summarize(const Declaration& declaration) {
  ModelSummary summary;
  summary.name = declaration.name;
  for (const ParameterPtr& parameter : ParametersOf(declaration.value)) {
    bool own = parameter->name.starts_with(summary.name + ".");  // not that of another let's model
    if (!own) continue;
    Parameter& listed = summary.parameters.emplace_back();
    listed.name = parameter->name;
    listed.type = parameter->type;
    listed.span = parameter->span;
    listed.trained = !parameter->buffer;
  }
  const Instance* instance = declaration.value.AsInstance();
  if (instance != nullptr) summary.model = instance->model->name.text;
  if (instance == nullptr && summary.parameters.empty()) return;
  program_.parameters.insert(program_.parameters.end(), summary.parameters.begin(), summary.parameters.end());
  program_.models.push_back(std::move(summary));
}

// One function for all initial values: each parameter's draws come from the seed folded with its path, whatever else
// there is.
void Elaborator::ElaborateInit() {
  if (parameters_.empty()) return;
  Graph graph("init");
  for (const ParameterPtr& parameter : parameters_) {
    Value value = InitialValue(graph, *parameter);
    if (const ir::Value* tensor = value.AsTensor()) graph.AddResult(parameter->name, *tensor);
  }
  program_.init_function = "init";
  program_.module.functions.push_back(graph.Finish());
}

Value Elaborator::Initialize(const ast::Expr& init, const ir::Shape& shape, Frame& frame) {
  Value value = Evaluate(init, frame);
  if (!value.is_callable()) return value;
  CallArgument argument{"", Value::List({shape.begin(), shape.end()}), init.span};
  return Call(value, {argument}, init.span, frame);
}

Value Elaborator::InitialValue(Graph& graph, const ParameterInfo& parameter) {
  Context context;
  context.graph = &graph;
  context.make_key = ParameterKey(graph, parameter.name);
  Instance& owner = *parameter.owner;
  Frame frame = FileFrame(owner.file, context);
  frame.call = owner.span;
  frame.self = owner.shared_from_this();
  const ast::Expr& init = *parameter.declaration->init;
  Value value = Initialize(init, parameter.type.shape, frame);
  value = ToTensor(frame, init.span, value, parameter.type.element);
  if (value.poison()) return value;
  if (TypeOf(frame, value).element != parameter.type.element) {
    value = Apply(frame, init.span, ir::Op::kCast, {value}, {{ir::AttributeKey::kElement, parameter.type.element}});
  }
  const ir::Shape& shape = TypeOf(frame, value).shape;
  if (shape == parameter.type.shape) return value;
  if (shape.empty()) {
    return Apply(frame, init.span, ir::Op::kBroadcast, {value}, {{ir::AttributeKey::kShape, parameter.type.shape}});
  }
  Report(frame, DiagnosticKind::kShapeMismatch, init.span,
         fmt::format("the initial value of `{}` is {}, but the parameter is {}", parameter.name, Describe(frame, value),
                     ir::ToString(parameter.type)))
      .AddNote(parameter.declaration->name.span, "declared here");
  return Poison{};
}

// Runs that start from one another in a circle could never begin.
void Elaborator::CheckStarts() {
  std::map<std::string_view, const TrainPlan*> plans;
  for (const TrainPlan& plan : program_.trains) plans.emplace(plan.name, &plan);
  for (const TrainPlan& plan : program_.trains) {
    const TrainPlan* at = &plan;
    for (size_t i = 0; i < plans.size() && plans.contains(at->start); ++i) {
      at = plans.at(at->start);
      if (at != &plan) continue;
      diagnostics_
          .Report(DiagnosticKind::kDeclarationCycle, plan.span,
                  fmt::format("`{}` starts from `{}`, which cannot be trained before `{}` is", plan.name, plan.start,
                              plan.name))
          .AddNote(plans.at(plan.start)->span, "the other run");
      return;
    }
  }
}

void Elaborator::ElaborateProgram() {
  for (uint32_t id : declarations_.user_files()) {
    for (const auto& declaration : declarations_.file(id).declarations) {
      if (!std::holds_alternative<ast::Train>(declaration->decl->node)) ElaborateDeclaration(*declaration);
    }
  }
  for (uint32_t id : declarations_.user_files()) {
    for (const auto& declaration : declarations_.file(id).declarations) {
      const auto& node = declaration->decl->node;
      if (auto* data = std::get_if<ast::Data>(&node)) program_.data.push_back(PlanOf(*data, id));
    }
  }
  for (uint32_t id : declarations_.user_files()) {
    for (const auto& declaration : declarations_.file(id).declarations) {
      auto* train = std::get_if<ast::Train>(&declaration->decl->node);
      if (train != nullptr) program_.trains.push_back(ElaborateTrain(*this, *train, id));
    }
  }
  for (uint32_t id : declarations_.user_files()) {
    for (const auto& declaration : declarations_.file(id).declarations) CheckMethods(declaration->value);
  }
  CheckStarts();
  ElaborateInit();
  CheckOverrides();
}

}  // namespace nnc
