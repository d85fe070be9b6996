// Calls: of functions, which are inlined, of models, optimizers, builtins and parameter sets.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/elaborate/blocks.h"
#include "frontend/elaborate/builtin.h"
#include "frontend/elaborate/custom_vjp.h"
#include "frontend/elaborate/elaborator.h"
#include "frontend/elaborate/overloaded.h"
#include "frontend/elaborate/signature.h"

namespace nnc {

namespace {

constexpr int kMaxCallDepth = 200;

bool AnyPoison(const std::vector<CallArgument>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const CallArgument& a) { return a.value.poison(); });
}

// Whether a call leaves out the shape of a function that makes tensors of any shape: `normal(0.0, 0.02)`.
bool LacksShape(std::string_view first_param, const std::vector<CallArgument>& arguments) {
  if (first_param != "shape") return false;
  bool positional = !arguments.empty() && arguments[0].name.empty();
  bool shape_first = positional && (arguments[0].value.AsList() || arguments[0].value.AsInt());
  bool named = std::any_of(arguments.begin(), arguments.end(), [](const CallArgument& a) { return a.name == "shape"; });
  return !shape_first && !named;
}

std::string_view FirstParam(const Value& callee) {
  if (auto* fn = callee.As<UserFunction>()) {
    const std::vector<ast::Param>& params = fn->fn->signature.params;
    bool needed = !params.empty() && params[0].default_value == nullptr;  // `randn()` draws a scalar
    return needed ? std::string_view(params[0].name.text) : std::string_view();
  }
  if (auto* builtin = callee.As<const Builtin*>()) {
    return (*builtin)->params.empty() || !(*builtin)->params[0].required ? std::string_view()
                                                                         : (*builtin)->params[0].name;
  }
  return {};
}

// The part of a program that a call is, see ir::Node.
std::string PartOfCall(const std::string& name, const Frame& caller) {
  return caller.graph().NewPart(caller.part.empty() ? name : caller.part + "/" + name);
}

// A function's name, or the path of a model below its caller.
std::string NameOfCall(const UserFunction& function, const Frame& caller) {
  const std::string& name = function.fn->name.text;
  if (function.self == nullptr || function.self == caller.self) return name;
  std::string path = function.self->path;
  if (caller.self != nullptr && path.starts_with(caller.self->path + ".")) path.erase(0, caller.self->path.size() + 1);
  return name == "forward" ? path : fmt::format("{}.{}", path, name);
}

}  // namespace

Value Elaborator::EvaluateCall(const ast::Call& node, Span span, Frame& frame) {
  Value callee = EvaluateReference(*node.callee, frame);
  std::vector<CallArgument> arguments;
  arguments.reserve(node.arguments.size());
  for (const ast::Argument& argument : node.arguments) {
    CallArgument& evaluated = arguments.emplace_back();
    if (argument.name) {
      evaluated.name = argument.name->text;
      evaluated.name_span = argument.name->span;
    }
    evaluated.value = Evaluate(*argument.value, frame);
    evaluated.span = argument.value->span;
  }
  return Call(callee, std::move(arguments), span, frame);
}

Value Elaborator::Call(const Value& callee, std::vector<CallArgument> arguments, Span span, Frame& frame) {
  if (callee.poison() || AnyPoison(arguments)) return Poison{};
  if (LacksShape(FirstParam(callee), arguments)) {
    return Value(std::make_shared<const Partial>(Partial{std::make_shared<const Value>(callee), std::move(arguments)}));
  }
  if (auto* builtin = callee.As<const Builtin*>()) return CallBuiltin(**builtin, arguments, span, frame);
  if (auto* function = callee.As<UserFunction>()) return CallFunction(*function, arguments, span, frame);
  if (auto* closure = callee.As<Closure>()) return CallClosure(*closure, arguments, span, frame);
  if (auto* partial = callee.As<std::shared_ptr<const Partial>>()) {
    arguments.insert(arguments.end(), (*partial)->arguments.begin(), (*partial)->arguments.end());
    return Call(*(*partial)->callee, std::move(arguments), span, frame);
  }
  if (auto* model = callee.As<ModelClass>()) return Instantiate(*model, arguments, span, frame);
  if (auto* optimizer = callee.As<OptimizerClass>()) return ConfigureOptimizer(*optimizer, arguments, span, frame);
  if (auto* instance = callee.As<std::shared_ptr<Instance>>()) return CallInstance(*instance, arguments, span, frame);
  if (const ParameterSet* set = callee.AsSet()) return SelectParameters(*this, frame, span, *set, arguments);
  return Fail(frame, DiagnosticKind::kNotCallable, span, fmt::format("{} cannot be called", Describe(frame, callee)));
}

Value Elaborator::CallInstance(const std::shared_ptr<Instance>& instance, const std::vector<CallArgument>& arguments,
                               Span span, Frame& frame) {
  auto forward = instance->methods.find("forward");
  if (forward == instance->methods.end()) {
    Report(frame, DiagnosticKind::kNotCallable, span,
           fmt::format("the model `{}` has no `forward`, so it cannot be called", instance->model->name.text))
        .AddNote(instance->model->name.span, "declared here");
    return Poison{};
  }
  return CallFunction(UserFunction{forward->second, instance->file, instance}, arguments, span, frame);
}

Value Elaborator::CallBuiltin(const Builtin& builtin, const std::vector<CallArgument>& arguments, Span span,
                              Frame& frame) {
  std::vector<ParamName> names;
  for (const BuiltinParam& param : builtin.params) names.push_back({param.name, param.required, param.named_only});
  Unmatched unmatched = builtin.extra == ExtraArguments::kPositional ? Unmatched::kKeepPositional
                        : builtin.extra == ExtraArguments::kNamed    ? Unmatched::kKeepNamed
                                                                     : Unmatched::kRefuse;
  BuiltinCall call{*this, frame, span, builtin, {}, {}};
  auto matched =
      MatchArguments(*this, frame, span, fmt::format("`{}`", builtin.name), names, arguments, unmatched, &call.extra);
  if (!matched) return Poison{};
  for (const CallArgument* argument : *matched) {
    call.arguments.push_back(argument == nullptr ? BoundArgument{}
                                                 : BoundArgument{argument->value, argument->span, true});
  }
  std::string part = frame.part;
  if (frame.context->graph != nullptr) frame.part = PartOfCall(std::string(builtin.name), frame);
  Value result = builtin.call(call);
  frame.part = std::move(part);
  return result;
}

bool Elaborator::Enter(Frame& frame, Span span, std::string_view what) {
  if (frame.depth < kMaxCallDepth) return true;
  Fail(frame, DiagnosticKind::kRecursionTooDeep, span,
       fmt::format("{} calls nest in one another at {}: does this recursion end?", kMaxCallDepth, what));
  return false;
}

Value Elaborator::CallFunction(const UserFunction& function, const std::vector<CallArgument>& arguments, Span span,
                               Frame& frame) {
  const ast::Fn& fn = *function.fn;
  std::string what = fmt::format(
      "`{}`", function.self != nullptr && fn.name.text == "forward" ? function.self->model->name.text : fn.name.text);
  if (!Enter(frame, span, what)) return Poison{};
  bool library = declarations_.file(function.file).library;
  // What is wrong in the body itself was reported once; that is enough.
  if (function.self == nullptr && !library && !CheckFunction(function)) return Poison{};
  if (function.self != nullptr && failed_methods_.contains({function.self.get(), &fn})) return Poison{};

  Frame callee = InlinedFrame(frame, span);
  callee.file = function.file;
  callee.library = library;
  callee.self = function.self;
  if (frame.context->graph != nullptr) callee.part = PartOfCall(NameOfCall(function, frame), frame);
  if (!BindSignature(*this, callee, frame, span, what, fn.signature.params, arguments)) return Poison{};
  return RunBody(function, callee);
}

Value Elaborator::RunBody(const UserFunction& function, Frame& callee) {
  const ast::Fn& fn = *function.fn;
  const ast::Vjp* vjp = DerivativeOf(function);
  // A function within its own `vjp` has the derivative of its body: the `vjp` may be written with it.
  if (vjp == nullptr || active_derivatives_.contains(vjp)) return ExecuteBody(function, callee);
  CustomDerivative derivative{fn, *vjp, {}, callee.scope};
  for (const ast::Param& param : fn.signature.params) {
    derivative.arguments.push_back(callee.scope.locals.at(param.name.text).value);
    derivative.scope.locals.erase(param.name.text);
  }
  Value result = ExecuteBody(function, callee);
  if (result.poison()) return result;
  active_derivatives_.insert(vjp);
  result = WithDerivative(*this, callee, derivative, result);
  active_derivatives_.erase(vjp);
  return result;
}

const ast::Vjp* Elaborator::DerivativeOf(const UserFunction& function) const {
  if (function.self != nullptr) return nullptr;
  const auto& derivatives = declarations_.file(function.file).derivatives;
  auto found = derivatives.find(function.fn->name.text);
  return found == derivatives.end() ? nullptr : found->second;
}

Value Elaborator::ExecuteBody(const UserFunction& function, Frame& callee) {
  const ast::Fn& fn = *function.fn;
  int errors = diagnostics_.error_count();
  std::optional<Value> result = Execute(fn.signature.body, callee);
  bool good = diagnostics_.error_count() == errors;
  if (!result && good) {
    Fail(callee, DiagnosticKind::kMissingReturn, fn.name.span,
         fmt::format("`{}` ends without a `return`", fn.name.text));
    good = false;
  }
  if (result && fn.signature.result != nullptr) {
    result = CoerceTo(*this, {*result, callee.returned, *fn.signature.result, callee, callee,
                              fmt::format("the result of `{}`", fn.name.text), DiagnosticKind::kReturnMismatch});
    good = good && !result->poison();
  }
  if (function.self != nullptr) {
    elaborated_methods_.insert({function.self.get(), &fn});
    if (!good && !callee.library) failed_methods_.insert({function.self.get(), &fn});
  }
  return result.value_or(Poison{});
}

Value Elaborator::CallClosure(const Closure& closure, const std::vector<CallArgument>& arguments, Span span,
                              Frame& frame) {
  if (!Enter(frame, span, "a function")) return Poison{};
  if (arguments.size() != closure.literal->params.size()) {
    bool few = arguments.size() < closure.literal->params.size();
    return Fail(
        frame, few ? DiagnosticKind::kMissingArgument : DiagnosticKind::kTooManyArguments, span,
        fmt::format("this function takes {} arguments, not {}", closure.literal->params.size(), arguments.size()));
  }
  Frame callee = InlinedFrame(frame, span);
  callee.file = closure.file;
  callee.library = declarations_.file(closure.file).library;
  callee.self = closure.self;
  callee.scope.captured = closure.captured;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].name.empty()) {
      return Fail(frame, DiagnosticKind::kUnknownArgument, arguments[i].span,
                  "a function literal's arguments are not named");
    }
    Assign(closure.literal->params[i], arguments[i].value, arguments[i].span, callee);
  }
  int errors = diagnostics_.error_count();
  std::optional<Value> result = Execute(closure.literal->body, callee);
  if (!result && diagnostics_.error_count() == errors) {
    return Fail(frame, DiagnosticKind::kMissingReturn, span, "this function ends without a `return`");
  }
  return result.value_or(Poison{});
}

Value Elaborator::ConfigureOptimizer(const OptimizerClass& optimizer, const std::vector<CallArgument>& arguments,
                                     Span span, Frame& frame) {
  Frame callee = InlinedFrame(frame, span);
  callee.file = optimizer.file;
  callee.library = declarations_.file(optimizer.file).library;
  std::string what = fmt::format("`{}`", optimizer.optimizer->name.text);
  if (!BindSignature(*this, callee, frame, span, what, optimizer.optimizer->params, arguments)) return Poison{};
  return Value(OptimizerValue{optimizer.optimizer, optimizer.file,
                              std::make_shared<const Scope>(std::move(callee.scope)), span});
}

}  // namespace nnc
