#include "ir/verify.h"

#include <fmt/format.h>

#include <set>

#include "ir/type_rules.h"

namespace nnc::ir {

namespace {

class Verifier {
 public:
  Verifier(const Function& function, Diagnostics& diagnostics) : function_(function), diagnostics_(diagnostics) {}

  bool Run() {
    for (uint32_t i = 0; i < function_.size(); ++i) CheckNode(i);
    CheckResults();
    return ok_;
  }

 private:
  void Report(const Span& span, std::string message) {
    ok_ = false;
    diagnostics_.Report(DiagnosticKind::kBadIr, span, fmt::format("@{}: {}", function_.name(), message));
  }

  void CheckNode(uint32_t index) {
    const Node& node = function_.nodes()[index];
    auto report = [&](std::string message) { Report(node.span, fmt::format("%{}: {}", node.name, message)); };
    if (node.name.empty() || !names_.insert(node.name).second) report("the name is empty or taken");
    if ((node.op == Op::kArgument) != (index < function_.argument_count())) report("arguments come before all else");
    if (node.origin && node.origin->forward.index >= function_.size()) report("the origin is no value of the function");
    for (Value operand : node.operands) {
      if (operand.index >= index) return report("an operand is not defined before its use");
    }
    std::string form = FormError(node.op, node.operands.size(), node.attributes);
    if (!form.empty()) return report(form);
    if (node.op != Op::kArgument) CheckType(node);
    if (node.op == Op::kArgument && node.type.is_tuple()) report("an argument is a tensor, not a tuple");
    const Attribute* body = node.attributes.Find(AttributeKey::kBody);
    if (body != nullptr && std::get<Body>(*body).function) {
      ok_ &= Verify(*std::get<Body>(*body).function, diagnostics_);
    }
  }

  void CheckType(const Node& node) {
    std::vector<Type> operands;
    for (Value operand : node.operands) operands.push_back(function_.type(operand));
    auto inferred = InferType(node.op, operands, node.attributes);
    if (auto* error = std::get_if<TypeError>(&inferred)) {
      Report(node.span, fmt::format("%{}: {}", node.name, error->message));
    } else if (std::get<Type>(inferred) != node.type) {
      Report(node.span, fmt::format("%{} has type {}, but its rule gives {}", node.name, ToString(node.type),
                                    ToString(std::get<Type>(inferred))));
    }
  }

  void CheckResults() {
    std::set<std::string> names;
    for (const Result& result : function_.results()) {
      auto report = [&](std::string message) {
        Report(function_.span, fmt::format("result {}: {}", result.name, message));
      };
      if (!names.insert(result.name).second) report("the name is taken");
      if (result.value.index >= function_.size()) {
        report("is no value of the function");
        continue;
      }
      if (function_.type(result.value).is_tuple()) report("is a tuple, not a tensor");
      auto argument = function_.FindArgument(result.name);
      if (argument && function_.type(*argument) != function_.type(result.value)) {
        report(fmt::format("is the new value of an argument of type {}, but has type {}",
                           ToString(function_.type(*argument)), ToString(function_.type(result.value))));
      }
    }
  }

  const Function& function_;
  Diagnostics& diagnostics_;
  std::set<std::string> names_;
  bool ok_ = true;
};

}  // namespace

bool Verify(const Function& function, Diagnostics& diagnostics) { return Verifier(function, diagnostics).Run(); }

bool Verify(const Module& module, Diagnostics& diagnostics) {
  bool ok = true;
  std::set<std::string> names;
  for (const Function& function : module.functions) {
    if (!names.insert(function.name()).second) {
      diagnostics.Report(DiagnosticKind::kBadIr, function.span,
                         fmt::format("two functions named @{}", function.name()));
      ok = false;
    }
    ok &= Verify(function, diagnostics);
  }
  return ok;
}

void VerifyAfter(std::string_view pass, const Function& function) {
  Diagnostics diagnostics;
  if (Verify(function, diagnostics)) return;
  Diagnostic fault = diagnostics.all().front();
  fault.kind = DiagnosticKind::kInternal;
  fault.message = fmt::format("after {}: {}", pass, fault.message);
  throw Failure(std::move(fault));
}

}  // namespace nnc::ir
