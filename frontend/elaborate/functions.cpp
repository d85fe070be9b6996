// Functions elaborated without a call: once each, with symbolic dimensions.
#include <fmt/format.h>

#include "frontend/elaborate/elaborator.h"
#include "frontend/elaborate/signature.h"

namespace nnc {

namespace {

// Tensors among a function's results: the value itself, or the parts of a tuple, nested.
bool AddResults(Elaborator& elaborator, Frame& frame, const Value& value, const std::string& name) {
  if (const std::vector<Value>* parts = value.AsTuple()) {
    for (size_t i = 0; i < parts->size(); ++i) {
      if (!AddResults(elaborator, frame, (*parts)[i], fmt::format("{}.{}", name, i))) return false;
    }
    return true;
  }
  if (!value.AsTensor() && !value.is_number()) return false;  // a static result: for use when compiling
  Value tensor = elaborator.ToTensor(frame, {}, value);
  if (tensor.poison()) return false;
  frame.graph().AddResult(name, *tensor.AsTensor());
  return true;
}

}  // namespace

bool Elaborator::CheckFunction(const UserFunction& function) {
  auto [check, fresh] = checks_.try_emplace(function.fn, CheckState::kActive);
  if (!fresh) return check->second != CheckState::kBad;  // active: a recursion, which the depth of calls bounds
  CheckState& state = check->second;
  state = ElaborateFunction(function, function.fn->name.text) ? CheckState::kGood : CheckState::kBad;
  return state == CheckState::kGood;
}

bool Elaborator::ElaborateFunction(const UserFunction& function, const std::string& name) {
  const ast::Signature& signature = function.fn->signature;
  if (!CanBindSymbolically(signature.params)) return true;  // checked at its calls
  int errors = diagnostics_.error_count();
  Graph graph(name);
  graph.set_span(function.fn->name.span);
  Context context;
  context.graph = &graph;
  context.make_key = FunctionKey(graph);
  Frame frame = FileFrame(function.file, context);
  frame.self = function.self;
  if (!BindSymbolically(*this, frame, signature.params)) return false;
  Value result = RunBody(function, frame);
  if (diagnostics_.error_count() > errors || result.poison()) return false;
  bool joins = function.self == nullptr && AddResults(*this, frame, result, "result");
  if (joins) program_.module.functions.push_back(graph.Finish());
  return diagnostics_.error_count() == errors;
}

void Elaborator::CheckMethods(const Value& value) {
  if (const std::vector<Value>* elements = value.AsList() ? value.AsList() : value.AsTuple()) {
    for (const Value& element : *elements) CheckMethods(element);
  }
  auto* instance = value.As<std::shared_ptr<Instance>>();
  if (instance == nullptr || declarations_.file((*instance)->file).library) return;
  for (const auto& [name, method] : (*instance)->methods) {
    if (elaborated_methods_.contains({instance->get(), method})) continue;
    ElaborateFunction(UserFunction{method, (*instance)->file, *instance}, (*instance)->path + "." + method->name.text);
  }
  for (const auto& [name, member] : (*instance)->members) CheckMethods(member);
}

}  // namespace nnc
