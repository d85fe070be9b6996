// What a name means at a place.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numbers>

#include "frontend/elaborate/builtin.h"
#include "frontend/elaborate/elaborator.h"
#include "frontend/parser.h"

namespace nnc {

namespace {

struct NamedConstant {
  std::string_view name;
  double value;
};
constexpr std::array<NamedConstant, 4> kConstants = {{
    {"pi", std::numbers::pi},
    {"e", std::numbers::e},
    {"inf", std::numeric_limits<double>::infinity()},
    {"nan", std::numeric_limits<double>::quiet_NaN()},
}};

std::optional<Value> FindCaptured(const Scope* scope, std::string_view name) {
  for (; scope != nullptr; scope = scope->captured.get()) {
    auto found = scope->locals.find(name);
    if (found != scope->locals.end()) return found->second.lazy ? found->second.lazy() : found->second.value;
  }
  return std::nullopt;
}

std::vector<std::string> Candidates(const Declarations& declarations, const Frame& frame) {
  std::vector<std::string> names = declarations.Visible(frame.file);
  for (const Scope* scope = &frame.scope; scope != nullptr; scope = scope->captured.get()) {
    for (const auto& [name, local] : scope->locals) names.emplace_back(name);
  }
  if (frame.self != nullptr) {
    for (const auto& [name, member] : frame.self->members) names.emplace_back(name);
    for (const auto& [name, method] : frame.self->methods) names.emplace_back(name);
  }
  for (std::string& name : BuiltinNames()) names.push_back(std::move(name));
  for (const NamedConstant& constant : kConstants) names.emplace_back(constant.name);
  names.emplace_back("training");
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::optional<Value> Elaborator::FindLocal(std::string_view name, Frame& frame) {
  auto found = frame.scope.locals.find(name);
  if (found != frame.scope.locals.end()) {
    Local& local = found->second;
    local.read = true;
    if (local.lazy) {
      local.value = local.lazy();
      local.lazy = nullptr;
    }
    return local.value;
  }
  if (std::optional<Value> captured = FindCaptured(frame.scope.captured.get(), name)) return captured;
  if (frame.self == nullptr) return std::nullopt;
  if (const Value* member = frame.self->Find(name)) return *member;
  auto method = frame.self->methods.find(name);
  if (method == frame.self->methods.end()) return std::nullopt;
  return Value(UserFunction{method->second, frame.self->file, frame.self});
}

Value Elaborator::Lookup(std::string_view name, Span span, Frame& frame) {
  if (std::optional<Value> local = FindLocal(name, frame)) return *local;
  Declarations::Found found = declarations_.Find(name, frame.file);
  if (found.other != nullptr) {
    Report(frame, DiagnosticKind::kAmbiguousName, span, fmt::format("two used files declare `{}`", name))
        .AddNote(found.declaration->span, "one is here")
        .AddNote(found.other->span, "the other is here");
    return Poison{};
  }
  if (found.declaration != nullptr) return ValueOf(*found.declaration, span, frame);
  if (const Builtin* builtin = FindBuiltin(name)) return Value(builtin);
  if (name == "training") return Value(frame.context->training);
  for (const NamedConstant& constant : kConstants) {
    if (constant.name == name) return Value(constant.value);
  }
  return UnknownName(frame, DiagnosticKind::kUnknownName, span, fmt::format("nothing is called `{}` here", name), name,
                     Candidates(declarations_, frame));
}

Value Elaborator::ValueOf(Declaration& declaration, Span use, const Frame& frame) {
  if (declaration.state == Declaration::State::kDone) return declaration.value;
  if (declaration.state == Declaration::State::kActive) {
    Report(frame, DiagnosticKind::kDeclarationCycle, use, fmt::format("`{}` needs itself", declaration.name))
        .AddNote(declaration.span, "declared here");
    return Poison{};
  }
  declaration.state = Declaration::State::kActive;
  uint32_t file = declaration.file;
  const auto& node = declaration.decl->node;
  if (auto* let = std::get_if<ast::Let>(&node)) declaration.value = EvaluateLet(*let, file);
  if (auto* fn = std::get_if<ast::Fn>(&node)) declaration.value = Value(UserFunction{fn, file, nullptr});
  if (auto* model = std::get_if<ast::Model>(&node)) declaration.value = Value(ModelClass{model, file});
  if (auto* optimizer = std::get_if<ast::Optimizer>(&node)) declaration.value = Value(OptimizerClass{optimizer, file});
  if (auto* data = std::get_if<ast::Data>(&node)) declaration.value = Value(DataRef{data, file, ""});
  if (std::holds_alternative<ast::Train>(node)) {
    Fail(frame, DiagnosticKind::kMisplaced, use, fmt::format("the train block `{}` is not a value", declaration.name));
  }
  declaration.state = Declaration::State::kDone;
  return declaration.value;
}

}  // namespace nnc
