// Statements: they run while the program is checked.
#include <fmt/format.h>

#include "frontend/elaborate/elaborator.h"
#include "frontend/elaborate/overloaded.h"

namespace nnc {

namespace {

constexpr uint64_t kMaxElements = 1'000'000;  // of a range that a loop or comprehension runs over

}  // namespace

std::optional<Value> Elaborator::Execute(const ast::Block& block, Frame& frame) {
  for (const ast::Stmt& statement : block) {
    if (std::optional<Value> returned = Execute(statement, frame)) return returned;
  }
  return std::nullopt;
}

std::optional<Value> Elaborator::Execute(const ast::Stmt& statement, Frame& frame) {
  return std::visit(Overloaded{
                        [&](const ast::Return& node) {
                          frame.returned = node.value->span;
                          return std::optional(Evaluate(*node.value, frame));
                        },
                        [&](const ast::For& node) { return ExecuteFor(node, frame); },
                        [&](const ast::If& node) -> std::optional<Value> {
                          std::optional<bool> condition = StaticCondition(*node.condition, frame);
                          if (!condition) return std::nullopt;
                          return Execute(*condition ? node.then : node.otherwise, frame);
                        },
                        [&](const ast::Assign& node) -> std::optional<Value> {
                          Assign(node.target, Evaluate(*node.value, frame), node.value->span, frame);
                          return std::nullopt;
                        },
                    },
                    statement.node);
}

std::optional<Value> Elaborator::ExecuteFor(const ast::For& node, Frame& frame) {
  std::optional<std::vector<Value>> elements = Elements(Evaluate(*node.source, frame), node.source->span, frame);
  if (!elements) return std::nullopt;
  for (const Value& element : *elements) {
    Assign(node.pattern, element, node.source->span, frame);
    if (std::optional<Value> returned = Execute(node.body, frame)) return returned;
  }
  return std::nullopt;
}

std::optional<std::vector<Value>> Elaborator::Elements(const Value& value, Span span, Frame& frame) {
  if (value.poison()) return std::nullopt;
  if (const std::vector<Value>* elements = value.AsList() ? value.AsList() : value.AsTuple()) return *elements;
  auto* range = value.As<RangeValue>();
  if (range == nullptr) {
    Fail(frame, DiagnosticKind::kTypeMismatch, span,
         fmt::format("a loop runs over a list or a range, not over {}", Describe(frame, value)));
    return std::nullopt;
  }
  std::optional<int64_t> first = WantConstant(frame, span, range->first, "the start of a range");
  std::optional<int64_t> last = WantConstant(frame, span, range->last, "the end of a range");
  if (!first || !last) return std::nullopt;
  // Unsigned: the ends of a range may be further apart than an int64 can say.
  const uint64_t count = *last > *first ? static_cast<uint64_t>(*last) - static_cast<uint64_t>(*first) : 0;
  if (count > kMaxElements) {
    Fail(frame, DiagnosticKind::kTooLarge, span,
         fmt::format("a loop over {} numbers is written out when compiling; at most {} are allowed", count,
                     kMaxElements));
    return std::nullopt;
  }
  Spend(frame, span, count);
  std::vector<Value> numbers;
  for (int64_t i = *first; i < *last; ++i) numbers.push_back(Value::Int(i));
  return numbers;
}

void Elaborator::Assign(const ast::Pattern& pattern, const Value& value, Span span, Frame& frame) {
  if (auto* name = std::get_if<ast::Name>(&pattern.node)) return AssignName(*name, value, span, frame);
  const auto& parts = std::get<std::vector<ast::Pattern>>(pattern.node);
  const std::vector<Value>* elements = value.AsTuple() ? value.AsTuple() : value.AsList();
  bool fits = elements != nullptr && elements->size() == parts.size();
  if (!fits && !value.poison()) {
    Report(frame, DiagnosticKind::kBadPattern, pattern.span,
           fmt::format("a pattern of {} names for {}", parts.size(), Describe(frame, value)))
        .AddNote(span, "the value is from here");
  }
  // Names are bound all the same, so that one mistake is one error.
  for (size_t i = 0; i < parts.size(); ++i) Assign(parts[i], fits ? (*elements)[i] : Value(), span, frame);
}

void Elaborator::AssignName(const ast::Name& name, const Value& value, Span span, Frame& frame) {
  const Value* member = frame.self == nullptr ? nullptr : frame.self->Find(name.text);
  const ParameterPtr* parameter = member == nullptr ? nullptr : member->As<ParameterPtr>();
  bool buffer = parameter != nullptr && (*parameter)->buffer && !frame.scope.locals.contains(name.text);
  if (buffer) return WriteBuffer(**parameter, value, span, frame);
  if (const ir::Value* tensor = value.AsTensor()) frame.graph().Name(*tensor, name.text, frame.library);
  frame.scope.Define(name.text, value, name.span);
}

void Elaborator::WriteBuffer(const ParameterInfo& buffer, const Value& value, Span span, Frame& frame) {
  if (frame.context->loops > 0) {
    Fail(frame, DiagnosticKind::kMisplaced, span,
         fmt::format("the buffer `{}` cannot be set inside `scan`, whose state is its carry", buffer.name),
         "carry its value, and set the buffer after the loop");
    return;
  }
  if (frame.context->graph == nullptr) return;
  Value tensor = ToTensor(frame, span, value, buffer.type.element);
  if (tensor.poison()) return;
  const ir::Type type = TypeOf(frame, tensor);
  if (type != buffer.type) {
    bool shapes = type.shape != buffer.type.shape;
    Report(frame, shapes ? DiagnosticKind::kShapeMismatch : DiagnosticKind::kElementMismatch, span,
           fmt::format("{} for the buffer `{}`, which is {}", Describe(frame, tensor), buffer.name,
                       ir::ToString(buffer.type)))
        .AddNote(buffer.declaration->name.span, "declared here");
    return;
  }
  if (!frame.context->training) return;
  Value cut = Apply(frame, span, ir::Op::kStopGradient, {tensor});
  if (!frame.context->sets_buffers) return frame.scope.Define(buffer.declaration->name.text, cut, span);
  frame.graph().Write(buffer.name, *cut.AsTensor());
}

}  // namespace nnc
