// How the elaborator tells of errors, and how it names values.
#include <fmt/format.h>

#include "frontend/elaborate/builtin.h"
#include "frontend/elaborate/elaborator.h"
#include "frontend/elaborate/overloaded.h"

namespace nnc {

Diagnostic& Elaborator::Report(const Frame& frame, DiagnosticKind kind, Span span, std::string message) {
  Span place = UserSpan(frame, span);
  Diagnostic& diagnostic = diagnostics_.Report(kind, place, std::move(message));
  if (place != span) diagnostic.AddNote(span, "in the library, here");
  // A body of the user's own that was inlined: the call matters, since another call may be right. What a name means is
  // the same at every call.
  bool about_names = InfoOf(kind).code.starts_with("E02");
  if (about_names || frame.library || frame.caller == nullptr || !frame.call.known()) return diagnostic;
  Span call = UserSpan(*frame.caller, frame.call);
  if (call != place) diagnostic.AddNote(call, "in this call");
  return diagnostic;
}

Value Elaborator::Fail(const Frame& frame, DiagnosticKind kind, Span span, std::string message, std::string help) {
  Report(frame, kind, span, std::move(message)).Help(std::move(help));
  return Poison{};
}

void Elaborator::Spend(const Frame& frame, Span span, size_t work) {
  constexpr size_t kMost = 4'000'000;
  spent_ += work;
  if (spent_ <= kMost) return;
  Diagnostic diagnostic;
  diagnostic.kind = DiagnosticKind::kTooLarge;
  diagnostic.span = UserSpan(frame, span);
  diagnostic.message = "loops and calls run while compiling, and here they have done more than any program needs";
  diagnostic.help = "loop fewer times, or over a tensor's axis: `scan` compiles its body once";
  throw Failure(std::move(diagnostic));
}

Value Elaborator::UnknownName(const Frame& frame, DiagnosticKind kind, Span span, std::string message,
                              std::string_view name, const std::vector<std::string>& candidates) {
  std::string closest = Closest(name, candidates);
  return Fail(frame, kind, span, std::move(message), closest.empty() ? "" : fmt::format("did you mean `{}`?", closest));
}

std::string Elaborator::Describe(const Frame& frame, const Value& value) const {
  return std::visit(
      Overloaded{
          [](const Poison&) { return std::string("a value with an error"); },
          [](const ir::Dim& v) { return fmt::format("the int {}", v.str()); },
          [](const double& v) { return fmt::format("the float {}", v); },
          [](const bool& v) { return fmt::format("the bool {}", v); },
          [](const std::string& v) { return fmt::format("the string \"{}\"", v); },
          [](const std::shared_ptr<const ListValue>& v) { return fmt::format("a list of {}", v->elements.size()); },
          [](const std::shared_ptr<const TupleValue>& v) { return fmt::format("a tuple of {}", v->elements.size()); },
          [](const RangeValue& v) { return fmt::format("the range {}..{}", v.first.str(), v.last.str()); },
          [&](const TensorValue&) { return ir::ToString(TypeOf(frame, value)); },
          [](const ParameterPtr& v) { return fmt::format("the parameter {}", v->name); },
          [](const std::shared_ptr<const ParameterSet>&) { return std::string("a set of parameters"); },
          [](const UserFunction& v) { return fmt::format("the function `{}`", v.fn->name.text); },
          [](const Closure&) { return std::string("a function"); },
          [](const Builtin* v) { return fmt::format("the function `{}`", v->name); },
          [&](const std::shared_ptr<const Partial>& v) { return Describe(frame, *v->callee); },
          [](const ModelClass& v) { return fmt::format("the model `{}` itself", v.model->name.text); },
          [](const std::shared_ptr<Instance>& v) { return fmt::format("a model `{}`", v->model->name.text); },
          [](const OptimizerClass& v) { return fmt::format("the optimizer `{}` itself", v.optimizer->name.text); },
          [](const OptimizerValue& v) { return fmt::format("an optimizer `{}`", v.optimizer->name.text); },
          [](const DataRef& v) { return fmt::format("the data `{}`", v.data->name.text); },
          [](const FieldRef& v) { return fmt::format("the field `{}.{}`", v.data->name.text, v.field); },
          [](const std::shared_ptr<const FieldSource>&) { return std::string("a data source"); },
      },
      value.node());
}

}  // namespace nnc
