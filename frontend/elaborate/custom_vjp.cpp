#include "frontend/elaborate/custom_vjp.h"

#include <fmt/format.h>

#include <algorithm>

#include "ir/derivatives.h"

namespace nnc {
namespace {

using ir::Op;
using K = ir::AttributeKey;

class DerivativeBuilder {
 public:
  DerivativeBuilder(Elaborator& elaborator, Frame& callee, const CustomDerivative& derivative)
      : elaborator_(elaborator), frame_(callee), derivative_(derivative), vjp_(derivative.vjp) {}

  Value Build(const Value& result) {
    if (!CheckHead()) return {};
    std::vector<ir::Value> arguments, parts;
    for (const Value& argument : derivative_.arguments) AddTensors(argument, arguments);
    AddTensors(result, parts);
    if (!CheckTensors(arguments, parts)) return {};
    Value packed = Packed(parts);
    if (packed.poison() || ReadsBesides(*packed.AsTensor(), arguments)) return {};

    const ir::Type type = elaborator_.TypeOf(frame_, packed);
    Value adjoint = Apply(Op::kConstant, {}, {{K::kValue, 0.0}, {K::kElement, type.element}, {K::kShape, type.shape}});
    std::optional<std::vector<Value>> derivatives = Derivatives(Unpacked(result, parts, adjoint));
    if (!derivatives) return {};
    std::vector<Value> operands = {packed, adjoint};
    for (ir::Value argument : arguments) operands.push_back(Value::Tensor(argument));
    operands.insert(operands.end(), derivatives->begin(), derivatives->end());
    return Unpacked(result, parts, Apply(Op::kCustomVjp, std::move(operands)), /*all=*/true);
  }

 private:
  Value Apply(Op op, std::vector<Value> operands, ir::Attributes attributes = {}) {
    return elaborator_.Apply(frame_, vjp_.name.span, op, std::move(operands), std::move(attributes));
  }
  const ir::Type& type(ir::Value tensor) const { return frame_.graph().function().type(tensor); }
  Value Fail(Span span, DiagnosticKind kind, std::string message, std::string help = "") {
    return elaborator_.Fail(frame_, kind, span, std::move(message), std::move(help));
  }
  const std::string& name() const { return derivative_.fn.name.text; }

  // The `vjp` names as many arguments as the function has.
  bool CheckHead() {
    size_t named = vjp_.args.size(), taken = derivative_.arguments.size();
    if (named == taken) return true;
    elaborator_
        .Report(frame_, named < taken ? DiagnosticKind::kMissingArgument : DiagnosticKind::kTooManyArguments,
                vjp_.name.span, fmt::format("`{}` takes {} arguments, but its `vjp` names {}", name(), taken, named))
        .AddNote(derivative_.fn.name.span, "declared here");
    return false;
  }

  bool IsDifferentiable(const Value& value) const {
    if (const std::vector<Value>* parts = value.AsTuple()) {
      return std::any_of(parts->begin(), parts->end(), [&](const Value& part) { return IsDifferentiable(part); });
    }
    return value.AsTensor() && ir::IsFloat(type(*value.AsTensor()).element);
  }

  // The parts of a tuple that a derivative passes through; a value that is no tuple is its own one part.
  std::vector<Value> DifferentiableParts(const std::vector<Value>& values) const {
    std::vector<Value> parts;
    std::copy_if(values.begin(), values.end(), std::back_inserter(parts),
                 [&](const Value& value) { return IsDifferentiable(value); });
    return parts;
  }

  void AddTensors(const Value& value, std::vector<ir::Value>& tensors) const {
    if (const std::vector<Value>* parts = value.AsTuple()) {
      for (const Value& part : *parts) AddTensors(part, tensors);
    } else if (IsDifferentiable(value)) {
      tensors.push_back(*value.AsTensor());
    }
  }

  bool CheckTensors(const std::vector<ir::Value>& arguments, const std::vector<ir::Value>& parts) {
    if (arguments.empty() || parts.empty()) {
      Fail(vjp_.name.span, DiagnosticKind::kNotDifferentiable,
           fmt::format("`{}` has no float {}, so it has no derivative", name(), parts.empty() ? "result" : "argument"));
      return false;
    }
    auto other = std::find_if(parts.begin(), parts.end(),
                              [&](ir::Value part) { return type(part).element != type(parts[0]).element; });
    if (other == parts.end()) return true;
    Fail(vjp_.name.span, DiagnosticKind::kElementMismatch,
         fmt::format("a function with a `vjp` has results of one element type, but `{}` gives {} and {}", name(),
                     ir::ToString(type(parts[0])), ir::ToString(type(*other))));
    return false;
  }

  // Several results as one vector: then their adjoints are known together, as the `vjp` needs them.
  Value Packed(const std::vector<ir::Value>& parts) {
    if (parts.size() == 1) return Value::Tensor(parts[0]);
    std::vector<Value> vectors;
    for (ir::Value part : parts) {
      ir::Shape flat{ir::Product(type(part).shape)};
      vectors.push_back(Apply(Op::kReshape, {Value::Tensor(part)}, {{K::kShape, flat}}));
    }
    return Apply(Op::kConcat, vectors, {{K::kAxis, int64_t{0}}});
  }

  // `form` with its differentiable tensors, which are `parts`, cut from `packed`. Other parts of it are left out, and a
  // tuple of one part is the part, unless `all` is set.
  Value Unpacked(const Value& form, const std::vector<ir::Value>& parts, const Value& packed, bool all = false) {
    next_ = 0;
    start_ = 0;
    return Cut(form, parts, packed, all);
  }

  Value Cut(const Value& form, const std::vector<ir::Value>& parts, const Value& packed, bool all) {
    if (!IsDifferentiable(form)) return form;
    if (const std::vector<Value>* elements = form.AsTuple()) {
      std::vector<Value> cut;
      for (const Value& element : all ? *elements : DifferentiableParts(*elements)) {
        cut.push_back(Cut(element, parts, packed, all));
      }
      return cut.size() == 1 && !all ? cut[0] : Value::Tuple(std::move(cut));
    }
    if (parts.size() == 1) return packed;
    const ir::Type part = type(parts[next_++]);
    ir::Dim start = start_;
    start_ = start + ir::Product(part.shape);
    Value vector = Apply(Op::kSlice, {packed}, {{K::kAxis, int64_t{0}}, {K::kStart, start}, {K::kLimit, start_}});
    return Apply(Op::kReshape, {vector}, {{K::kShape, part.shape}});
  }

  // The body of the `vjp` run on the arguments and the adjoint: the derivative by each argument.
  std::optional<std::vector<Value>> Derivatives(const Value& adjoint) {
    Frame body = InlinedFrame(frame_, vjp_.name.span);
    body.caller = frame_.caller;  // errors in it are those of the function's own body
    body.call = frame_.call;
    body.scope = derivative_.scope;
    body.leading = frame_.leading;
    body.real = frame_.real;
    for (size_t i = 0; i < vjp_.args.size(); ++i) {
      body.scope.Define(vjp_.args[i].text, derivative_.arguments[i], vjp_.args[i].span);
    }
    if (!BindAdjoint(adjoint, body)) return std::nullopt;
    int errors = elaborator_.diagnostics().error_count();
    std::optional<Value> result = elaborator_.Execute(vjp_.body, body);
    if (elaborator_.diagnostics().error_count() > errors) return std::nullopt;
    if (!result) {
      Fail(vjp_.name.span, DiagnosticKind::kMissingReturn, fmt::format("the `vjp` of `{}` returns nothing", name()));
      return std::nullopt;
    }
    std::vector<Value> derivatives;
    if (!AddDerivatives(derivative_.arguments, *result, body, derivatives)) return std::nullopt;
    return derivatives;
  }

  // One name takes the whole adjoint, several take its parts.
  bool BindAdjoint(const Value& adjoint, Frame& body) {
    const std::vector<Value>* parts = adjoint.AsTuple();
    size_t count = parts == nullptr ? 1 : parts->size();
    if (vjp_.adjoints.size() == 1) {
      body.scope.Define(vjp_.adjoints[0].text, adjoint, vjp_.adjoints[0].span);
      return true;
    }
    if (vjp_.adjoints.size() != count) {
      Fail(vjp_.adjoints[0].span, DiagnosticKind::kBadPattern,
           fmt::format("{} names for the adjoints of `{}`, which has {}", vjp_.adjoints.size(), name(),
                       count == 1 ? "one" : std::to_string(count)));
      return false;
    }
    for (size_t i = 0; i < count; ++i) {
      body.scope.Define(vjp_.adjoints[i].text, (*parts)[i], vjp_.adjoints[i].span);
    }
    return true;
  }

  // Adds what `given` says of each differentiable one of `values`, in order.
  bool AddDerivatives(const std::vector<Value>& values, const Value& given, Frame& body,
                      std::vector<Value>& derivatives) {
    if (given.poison()) return false;
    std::vector<Value> parts = DifferentiableParts(values);
    if (parts.size() == 1) return AddDerivative(parts[0], given, body, derivatives);
    const std::vector<Value>* elements = given.AsTuple();
    if (elements == nullptr || elements->size() != parts.size()) {
      elaborator_
          .Report(body, DiagnosticKind::kReturnMismatch, body.returned,
                  fmt::format("the `vjp` of `{}` must give a tuple of {}, not {}", name(), parts.size(),
                              elaborator_.Describe(body, given)))
          .Help("one derivative for each float argument; other arguments have none");
      return false;
    }
    for (size_t i = 0; i < parts.size(); ++i) {
      if (!AddDerivative(parts[i], (*elements)[i], body, derivatives)) return false;
    }
    return true;
  }

  bool AddDerivative(const Value& value, const Value& given, Frame& body, std::vector<Value>& derivatives) {
    if (const std::vector<Value>* parts = value.AsTuple()) return AddDerivatives(*parts, given, body, derivatives);
    const ir::Type wanted = type(*value.AsTensor());
    Value tensor = elaborator_.ToTensor(body, body.returned, given, wanted.element);
    if (tensor.poison()) return false;
    derivatives.push_back(tensor);
    if (elaborator_.TypeOf(body, tensor) == wanted) return true;
    elaborator_
        .Report(body, DiagnosticKind::kReturnMismatch, body.returned,
                fmt::format("a derivative in the `vjp` of `{}` must be {}, as its argument is, but it is {}", name(),
                            ir::ToString(wanted), elaborator_.Describe(body, tensor)))
        .Help("write `zeros_like(x)` for an argument that has none");
    return false;
  }

  // Whether the result has a derivative by something that is no argument, about which the `vjp` says nothing; reports
  // it.
  bool ReadsBesides(ir::Value result, const std::vector<ir::Value>& arguments) {
    const ir::Function& function = frame_.graph().function();
    std::vector<bool> reached(function.size());
    reached[result.index] = true;
    for (uint32_t i = result.index + 1; i-- > 0;) {
      bool is_argument = std::find(arguments.begin(), arguments.end(), ir::Value{i}) != arguments.end();
      if (!reached[i] || is_argument) continue;
      if (frame_.graph().IsArgument({i}) && IsTrained({i})) {
        Fail(vjp_.name.span, DiagnosticKind::kNotDifferentiable,
             fmt::format("`{}` reads `{}`, by which this `vjp` gives no derivative", name(),
                         frame_.graph().ArgumentName({i})),
             fmt::format("make it an argument of `{}`, or pass it through stop_gradient", name()));
        return true;
      }
      const ir::Node& node = function.node({i});
      for (size_t k = 0; k < node.operands.size(); ++k) {
        if (CarriesDerivative(function, node, k)) reached[node.operands[k].index] = true;
      }
    }
    return false;
  }

  bool IsTrained(ir::Value argument) const {
    ArgumentKind kind = frame_.graph().KindOf(argument);
    return kind == ArgumentKind::kParameter || kind == ArgumentKind::kInput || kind == ArgumentKind::kField;
  }

  Elaborator& elaborator_;
  Frame& frame_;
  const CustomDerivative& derivative_;
  const ast::Vjp& vjp_;
  size_t next_ = 0;  // while a result is cut: the next part, and where it starts
  ir::Dim start_;
};

}  // namespace

Value WithDerivative(Elaborator& elaborator, Frame& callee, const CustomDerivative& derivative, const Value& result) {
  return DerivativeBuilder(elaborator, callee, derivative).Build(result);
}

}  // namespace nnc
