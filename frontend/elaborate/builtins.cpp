#include "frontend/elaborate/builtins.h"

#include <unordered_map>

namespace nnc {
namespace {

const std::vector<Builtin>& AllBuiltins() {
  static const std::vector<Builtin> all = [] {
    std::vector<Builtin> builtins;
    for (auto group : {ElementwiseBuiltins, ReductionBuiltins, ShapeBuiltins, IndexBuiltins, WindowBuiltins,
                       CreationBuiltins, GradientBuiltins, LoopBuiltins, ParameterBuiltins, SourceBuiltins}) {
      std::vector<Builtin> part = group();
      builtins.insert(builtins.end(), part.begin(), part.end());
    }
    return builtins;
  }();
  return all;
}

}  // namespace

const Builtin* FindBuiltin(std::string_view name) {
  static const auto* index = [] {
    auto* map = new std::unordered_map<std::string_view, const Builtin*>;
    for (const Builtin& builtin : AllBuiltins()) map->emplace(builtin.name, &builtin);
    return map;
  }();
  auto found = index->find(name);
  return found == index->end() ? nullptr : found->second;
}

std::vector<std::string> BuiltinNames() {
  std::vector<std::string> names;
  for (const Builtin& builtin : AllBuiltins()) names.emplace_back(builtin.name);
  return names;
}

std::optional<ir::Value> TensorAt(BuiltinCall& call, size_t i) {
  Value tensor = call.elaborator.ToTensor(call.frame, call.at(i), call.value(i));
  if (const ir::Value* value = tensor.AsTensor()) return *value;
  return std::nullopt;
}

Value ApplyAt(BuiltinCall& call, ir::Op op, std::vector<Value> operands, ir::Attributes attributes) {
  return call.elaborator.Apply(call.frame, call.span, op, std::move(operands), std::move(attributes));
}

const ir::Type& TypeAt(const BuiltinCall& call, ir::Value tensor) { return call.frame.graph().function().type(tensor); }

Value FailAt(BuiltinCall& call, size_t i, DiagnosticKind kind, std::string message, std::string help) {
  return call.elaborator.Fail(call.frame, kind, call.at(i), std::move(message), std::move(help));
}

}  // namespace nnc
