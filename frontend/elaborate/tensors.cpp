// Tensors from values: constants of static numbers, ops with checked types, parameters, random keys.
#include <fmt/format.h>

#include <cmath>

#include "frontend/elaborate/elaborator.h"
#include "frontend/elaborate/operators.h"
#include "frontend/elaborate/provenance.h"

namespace nnc {

namespace {

// The operands that must share an element type, as [first, last): all, but for a condition or ids.
std::pair<size_t, size_t> SameElementOperands(ir::Op op, size_t count) {
  if (op == ir::Op::kSelect) return {1, count};
  if (op == ir::Op::kTake || op == ir::Op::kScatterAdd) return {0, 0};
  return {0, count};
}

// The element type that static numbers among the operands take: that of the first tensor, else of a literal float, else
// i32.
std::optional<ir::Element> CommonElement(const Elaborator& elaborator, const Frame& frame,
                                         const std::vector<Value>& operands, size_t first, size_t last) {
  bool any_float = false;
  for (size_t i = first; i < last; ++i) {
    if (operands[i].AsTensor()) return elaborator.TypeOf(frame, operands[i]).element;
    any_float |= operands[i].AsFloat() != nullptr;
  }
  return any_float ? std::optional(ir::Element::kF32) : std::nullopt;
}

void NoteOrigin(Diagnostic& diagnostic, const Graph& graph, const std::vector<ir::Value>& operands, int operand,
                int axis) {
  if (operand < 0 || axis < 0) return;
  DimOrigin origin = OriginOf(graph, operands[operand], axis);
  diagnostic.AddNote(origin.span, origin.text);
}

}  // namespace

const ir::Type& Elaborator::TypeOf(const Frame& frame, const Value& tensor) const {
  return frame.graph().function().type(*tensor.AsTensor());
}

Value Elaborator::SizeTensor(Frame& frame, Span span, const ir::Dim& dim, ir::Element element) {
  if (dim.is_constant()) {
    return Apply(frame, span, ir::Op::kConstant, {},
                 {{ir::AttributeKey::kValue, static_cast<double>(dim.value())},
                  {ir::AttributeKey::kElement, element},
                  {ir::AttributeKey::kShape, ir::Shape{}}});
  }
  Value size = Apply(frame, span, ir::Op::kSize, {}, {{ir::AttributeKey::kDim, dim}});
  if (element == ir::Element::kI64) return size;
  return Apply(frame, span, ir::Op::kCast, {size}, {{ir::AttributeKey::kElement, element}});
}

Value Elaborator::ToTensor(Frame& frame, Span span, const Value& value, std::optional<ir::Element> wanted) {
  if (value.poison() || value.AsTensor()) return value;
  if (auto* parameter = value.As<ParameterPtr>()) return ReadParameter(frame, span, *parameter);
  if (!value.is_number()) {
    std::string help = value.AsList() || value.AsTuple() ? "make a tensor of it by `stack([...])`" : "";
    return Fail(frame, DiagnosticKind::kTypeMismatch, span,
                fmt::format("a tensor is needed, not {}", Describe(frame, value)), help);
  }
  ir::Element natural = value.AsInt() ? ir::Element::kI32 : value.AsFloat() ? ir::Element::kF32 : ir::Element::kBool;
  ir::Element element = wanted.value_or(natural);
  if (value.AsInt() && ir::IsFloat(element)) {
    return IntWithFloat(*this, frame, span, *value.AsInt(), fmt::format("{}", ir::Name(element)));
  }
  bool fits = value.AsInt() ? ir::IsInteger(element) : value.AsFloat() ? ir::IsFloat(element) : natural == element;
  if (!fits) {
    return Fail(frame, DiagnosticKind::kTypeMismatch, span,
                fmt::format("{} where {} is needed", Describe(frame, value), ir::Name(element)),
                fmt::format("convert by name: `{}(...)`", ir::Name(element)));
  }
  if (const ir::Dim* dim = value.AsInt()) return SizeTensor(frame, span, *dim, element);
  double number = value.AsFloat() ? *value.AsFloat() : *value.AsBool() ? 1.0 : 0.0;
  return Apply(frame, span, ir::Op::kConstant, {},
               {{ir::AttributeKey::kValue, number},
                {ir::AttributeKey::kElement, element},
                {ir::AttributeKey::kShape, ir::Shape{}}});
}

Value Elaborator::Apply(Frame& frame, Span span, ir::Op op, std::vector<Value> operands, ir::Attributes attributes) {
  for (const Value& operand : operands) {
    if (operand.poison()) return Poison{};
  }
  if (frame.context->graph == nullptr) {
    return Fail(frame, DiagnosticKind::kNotStatic, span,
                "a tensor cannot be computed here: only what is known when compiling",
                "compute it in a `fn`, in `forward` or in a `train` block");
  }
  auto [first, last] = SameElementOperands(op, operands.size());
  std::optional<ir::Element> element = CommonElement(*this, frame, operands, first, last);
  frame.graph().builder().part = frame.part;
  std::vector<ir::Value> nodes;
  for (size_t i = 0; i < operands.size(); ++i) {
    bool grouped = first <= i && i < last;
    Value tensor = ToTensor(frame, span, operands[i], grouped ? element : std::nullopt);
    if (tensor.poison()) return tensor;
    nodes.push_back(*tensor.AsTensor());
  }
  constexpr size_t kWork = 20;  // appending a node, in evaluations of an expression
  Spend(frame, span, kWork);
  frame.graph().builder().span = UserSpan(frame, span);
  try {
    return Value::Tensor(frame.graph().builder().Apply(op, nodes, std::move(attributes)));
  } catch (const ir::BuildError& failure) {
    const ir::TypeError& error = failure.error;
    Diagnostic& diagnostic = Report(frame, error.kind, span, InSourceTerms(op, error.message));
    diagnostic.Help(error.help);
    NoteOrigin(diagnostic, frame.graph(), nodes, error.operand_a, error.axis_a);
    NoteOrigin(diagnostic, frame.graph(), nodes, error.operand_b, error.axis_b);
    return Poison{};
  }
}

Value Elaborator::RandomKey(Frame& frame, Span span) {
  Context& context = *frame.context;
  if (context.graph == nullptr || context.make_key == nullptr) {
    return Fail(frame, DiagnosticKind::kMisplaced, span, "random numbers cannot be drawn here",
                "draw them in a `fn`, in `forward`, in a `train` block or in an initializer");
  }
  if (!context.key.valid()) context.key = context.make_key();
  Value place =
      Value::Tensor(context.graph->builder().Constant(static_cast<double>(RandomPlace(frame)), ir::Element::kI64));
  return Apply(frame, span, ir::Op::kFoldIn, {Value::Tensor(context.key), place});
}

Value Elaborator::ReadParameter(Frame& frame, Span span, const ParameterPtr& parameter) {
  if (frame.context->graph == nullptr) return parameter;
  if (parameter->IsEmpty()) {
    return Apply(frame, span, ir::Op::kConstant, {},
                 {{ir::AttributeKey::kValue, 0.0},
                  {ir::AttributeKey::kElement, parameter->type.element},
                  {ir::AttributeKey::kShape, parameter->type.shape}});
  }
  if (parameter->name.empty()) {
    return Fail(frame, DiagnosticKind::kMisplaced, span, "a model that is made here has no name for its parameters",
                "make it in a top-level `let` or as a member of a model");
  }
  return Value::Tensor(frame.graph().Read(ArgumentKind::kParameter, parameter->name, parameter->type, parameter->span,
                                          parameter->ordinal));
}

}  // namespace nnc
