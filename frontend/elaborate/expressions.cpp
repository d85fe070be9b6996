// Expressions, but for calls, indexing and members.
#include <fmt/format.h>

#include "frontend/elaborate/elaborator.h"
#include "frontend/elaborate/indexing.h"
#include "frontend/elaborate/operators.h"
#include "frontend/elaborate/overloaded.h"
#include "frontend/elaborate/parameter_set.h"

namespace nnc {

namespace {

// Evaluations inside one another: beyond this, calls that inline one another would use up the stack.
constexpr int kMaxNesting = 2500;

// Takes a pattern's names out of a scope while it lives: they belong to one comprehension alone.
class HiddenNames {
 public:
  HiddenNames(const ast::Pattern& pattern, Scope& scope) : scope_(scope) { Take(pattern); }
  ~HiddenNames() {
    for (auto& [name, local] : taken_) {
      scope_.locals.erase(name);
      if (local) scope_.locals.emplace(name, std::move(*local));
    }
  }
  HiddenNames(const HiddenNames&) = delete;

 private:
  void Take(const ast::Pattern& pattern) {
    if (auto* parts = std::get_if<std::vector<ast::Pattern>>(&pattern.node)) {
      for (const ast::Pattern& part : *parts) Take(part);
      return;
    }
    const std::string& name = std::get<ast::Name>(pattern.node).text;
    auto found = scope_.locals.find(name);
    taken_.emplace_back(name, found == scope_.locals.end() ? std::nullopt : std::optional(std::move(found->second)));
  }

  Scope& scope_;
  std::vector<std::pair<std::string_view, std::optional<Local>>> taken_;
};

}  // namespace

Value Elaborator::Evaluate(const ast::Expr& expr, Frame& frame) {
  Value value = EvaluateReference(expr, frame);
  if (auto* parameter = value.As<ParameterPtr>()) return ReadParameter(frame, expr.span, *parameter);
  if (auto* field = value.As<FieldRef>()) return ReadField(*field, frame);
  return value;
}

Value Elaborator::EvaluateReference(const ast::Expr& expr, Frame& frame) {
  if (nesting_ >= kMaxNesting) {
    return Fail(frame, DiagnosticKind::kRecursionTooDeep, expr.span, "calls nest too deeply: does this recursion end?");
  }
  Spend(frame, expr.span, 1);
  ++nesting_;
  Value value = std::visit(
      Overloaded{
          [](const ast::IntLiteral& node) { return Value::Int(node.value); },
          [](const ast::FloatLiteral& node) { return Value(node.value); },
          [](const ast::StringLiteral& node) { return Value(node.value); },
          [](const ast::BoolLiteral& node) { return Value(node.value); },
          [&](const ast::NameExpr& node) { return Lookup(node.name, expr.span, frame); },
          [&](const ast::Binary& node) { return EvaluateBinaryExpr(node, expr.span, frame); },
          [&](const ast::Unary& node) {
            return EvaluateUnary(*this, frame, expr.span, node.op,
                                 {Evaluate(*node.operand, frame), node.operand->span});
          },
          [&](const ast::Range& node) { return EvaluateRange(node, frame); },
          [&](const ast::Member& node) {
            return MemberOf(EvaluateReference(*node.object, frame), node.member, expr.span, frame);
          },
          [&](const ast::Call& node) { return EvaluateCall(node, expr.span, frame); },
          [&](const ast::Index& node) { return EvaluateIndex(*this, frame, node, expr.span); },
          [&](const ast::IfExpr& node) { return EvaluateIf(node, frame); },
          [&](const ast::FnLiteral& node) { return MakeClosure(node, frame); },
          [&](const ast::TupleExpr& node) { return Value::Tuple(EvaluateAll(node.elements, frame)); },
          [&](const ast::ListExpr& node) { return JoinIfSets(Value::List(EvaluateAll(node.elements, frame))); },
          [&](const ast::Comprehension& node) { return EvaluateComprehension(node, frame); },
          [](const ast::ErrorExpr&) { return Value(); },
      },
      expr.node);
  --nesting_;
  return value;
}

Value Elaborator::EvaluateBinaryExpr(const ast::Binary& node, Span span, Frame& frame) {
  Value a = Evaluate(*node.lhs, frame);
  // A static left side decides alone, so `training and p > 0.0` may stand where p is only known while training.
  if (const bool* known = a.AsBool()) {
    if (node.op == ast::BinaryOp::kAnd && !*known) return a;
    if (node.op == ast::BinaryOp::kOr && *known) return a;
  }
  Value b = Evaluate(*node.rhs, frame);
  return EvaluateBinary(*this, frame, span, node.op, {std::move(a), node.lhs->span}, {std::move(b), node.rhs->span});
}

Value Elaborator::EvaluateRange(const ast::Range& node, Frame& frame) {
  std::optional<ir::Dim> first = WantInt(frame, node.first->span, Evaluate(*node.first, frame), "the start of a range");
  std::optional<ir::Dim> last = WantInt(frame, node.last->span, Evaluate(*node.last, frame), "the end of a range");
  return first && last ? Value(RangeValue{*first, *last}) : Value();
}

Value Elaborator::EvaluateIf(const ast::IfExpr& node, Frame& frame) {
  std::optional<bool> condition = StaticCondition(*node.condition, frame);
  if (!condition) return Poison{};
  return Evaluate(*condition ? *node.then : *node.otherwise, frame);
}

std::optional<bool> Elaborator::StaticCondition(const ast::Expr& condition, Frame& frame) {
  Value value = Evaluate(condition, frame);
  if (value.AsTensor()) {
    Fail(frame, DiagnosticKind::kNotStatic, condition.span,
         fmt::format("an `if` is decided when compiling, but this is {}", Describe(frame, value)),
         "choose element by element with `where(condition, a, b)`");
    return std::nullopt;
  }
  return WantBool(frame, condition.span, value, "the condition");
}

Value Elaborator::MakeClosure(const ast::FnLiteral& node, Frame& frame) {
  // What a literal may read counts as read.
  for (auto& [name, local] : frame.scope.locals) local.read = true;
  return Value(Closure{&node, frame.file, frame.self, std::make_shared<const Scope>(frame.scope)});
}

std::vector<Value> Elaborator::EvaluateAll(const std::vector<ast::ExprPtr>& expressions, Frame& frame) {
  std::vector<Value> values;
  values.reserve(expressions.size());
  for (const ast::ExprPtr& expression : expressions) values.push_back(Evaluate(*expression, frame));
  return values;
}

Value Elaborator::EvaluateComprehension(const ast::Comprehension& node, Frame& frame) {
  std::optional<std::vector<Value>> elements = Elements(Evaluate(*node.source, frame), node.source->span, frame);
  if (!elements) return Poison{};
  HiddenNames hidden(node.pattern, frame.scope);
  std::vector<Value> results;
  results.reserve(elements->size());
  for (const Value& element : *elements) {
    Assign(node.pattern, element, node.source->span, frame);
    results.push_back(Evaluate(*node.element, frame));
  }
  return Value::List(std::move(results));
}

}  // namespace nnc
