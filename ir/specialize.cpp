#include "ir/specialize.h"

#include <set>

#include "ir/diagnostics.h"
#include "ir/type_rules.h"

namespace nnc::ir {

namespace {

Shape SubstituteAll(const Shape& shape, const std::map<std::string, Dim>& bindings) {
  Shape result;
  result.reserve(shape.size());
  for (const Dim& dim : shape) result.push_back(dim.Substitute(bindings));
  return result;
}

Attributes SubstituteAll(const Attributes& attributes, const std::map<std::string, Dim>& bindings) {
  Attributes result;
  for (const auto& [key, value] : attributes.entries()) {
    if (const auto* dim = std::get_if<Dim>(&value)) {
      result.Set(key, dim->Substitute(bindings));
    } else if (const auto* shape = std::get_if<Shape>(&value)) {
      result.Set(key, SubstituteAll(*shape, bindings));
    } else if (const auto* body = std::get_if<Body>(&value)) {
      result.Set(key, Body{std::make_shared<const Function>(Specialize(*body->function, bindings))});
    } else {
      result.Set(key, value);
    }
  }
  return result;
}

Type InferAgain(const Node& node, const Function& so_far) {
  std::vector<Type> operands;
  for (Value operand : node.operands) operands.push_back(so_far.type(operand));
  auto result = InferType(node.op, operands, node.attributes);
  if (auto* error = std::get_if<TypeError>(&result)) {
    Diagnostic diagnostic;
    diagnostic.kind = error->kind;
    diagnostic.span = node.span;
    diagnostic.message = std::move(error->message);
    diagnostic.help = std::move(error->help);
    throw Failure(std::move(diagnostic));
  }
  return std::get<Type>(std::move(result));
}

void CollectVariables(const Shape& shape, std::set<std::string>& names) {
  for (const Dim& dim : shape) {
    for (std::string& name : dim.variables()) names.insert(std::move(name));
  }
}

void CollectVariables(const Function& function, std::set<std::string>& names) {
  for (const Node& node : function.nodes()) {
    CollectVariables(node.type.shape, names);
    for (const auto& [key, value] : node.attributes.entries()) {
      if (const auto* dim = std::get_if<Dim>(&value)) CollectVariables({*dim}, names);
      if (const auto* shape = std::get_if<Shape>(&value)) CollectVariables(*shape, names);
      if (const auto* body = std::get_if<Body>(&value)) CollectVariables(*body->function, names);
    }
  }
}

}  // namespace

Function Specialize(const Function& function, const std::map<std::string, Dim>& bindings) {
  Function result(function.name());
  result.span = function.span;
  for (Node node : function.nodes()) {
    node.attributes = SubstituteAll(node.attributes, bindings);
    node.type = node.op == Op::kArgument ? Type(node.type.element, SubstituteAll(node.type.shape, bindings))
                                         : InferAgain(node, result);
    result.Append(std::move(node));
  }
  for (const Result& r : function.results()) result.AddResult(r.name, r.value);
  return result;
}

std::vector<std::string> DimensionVariables(const Function& function) {
  std::set<std::string> names;
  CollectVariables(function, names);
  return {names.begin(), names.end()};
}

}  // namespace nnc::ir
