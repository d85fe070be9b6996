#include "frontend/elaborate/parameter_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "frontend/elaborate/blocks.h"
#include "frontend/elaborate/builtins.h"

namespace nnc {
namespace {

using ir::Element;
using ir::Op;
using K = ir::AttributeKey;

std::optional<Op> OpOf(ast::BinaryOp op) {
  if (op == ast::BinaryOp::kAdd) return Op::kAdd;
  if (op == ast::BinaryOp::kSub) return Op::kSub;
  if (op == ast::BinaryOp::kMul) return Op::kMul;
  return std::nullopt;
}

Value EntryValue(Elaborator& elaborator, Frame& frame, Span span, const ParameterSet::Entry& entry) {
  return entry.value.valid() ? Value::Tensor(entry.value) : elaborator.ReadParameter(frame, span, entry.parameter);
}

// sum over all entries of sum(term(x)); 0 for an empty set.
Value SumOver(BuiltinCall& call, const ParameterSet& set, Value (*term)(BuiltinCall&, const Value&)) {
  Value total;
  for (const ParameterSet::Entry& entry : set.entries) {
    Value x = EntryValue(call.elaborator, call.frame, call.at(0), entry);
    if (x.poison()) return {};
    std::vector<int64_t> axes(static_cast<size_t>(TypeAt(call, *x.AsTensor()).rank()));
    for (size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<int64_t>(i);
    Value sum = ApplyAt(call, Op::kReduceSum, {term(call, x)}, {{K::kAxes, axes}, {K::kKeepdims, false}});
    total = total.poison() ? sum : ApplyAt(call, Op::kAdd, {total, sum});
  }
  return set.entries.empty() ? call.elaborator.ToTensor(call.frame, call.span, Value(0.0)) : total;
}

Value Square(BuiltinCall& call, const Value& x) { return ApplyAt(call, Op::kMul, {x, x}); }
Value Absolute(BuiltinCall& call, const Value& x) { return ApplyAt(call, Op::kAbs, {x}); }

// The set that argument 0 means, or null where it is a tensor.
Value SetAt(BuiltinCall& call) {
  const Value& value = call.value(0);
  return value.As<ParameterPtr>() ? Value() : TrainedParameters(value);
}

Value CallSumOf(BuiltinCall& call) {
  auto term = call.builtin.name == "sum_abs" ? Absolute : Square;
  Value set = SetAt(call);
  if (const ParameterSet* entries = set.AsSet()) return SumOver(call, *entries, term);
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  return SumOver(call, ParameterSet{{{nullptr, *x}}}, term);
}

// sqrt(s) for s >= 0 with derivative 0 at 0: sqrt never sees the 0, so no 0 * inf arises.
Value SafeSqrt(BuiltinCall& call, const Value& s) {
  Value zero = ApplyAt(call, Op::kEq, {s, Value(0.0)});
  Value root = ApplyAt(call, Op::kSqrt, {ApplyAt(call, Op::kSelect, {zero, Value(1.0), s})});
  return ApplyAt(call, Op::kSelect, {zero, Value(0.0), root});
}

// The Euclidean norm of a set, or of a tensor over `axis`.
Value CallNorm(BuiltinCall& call) {
  Value set = SetAt(call);
  if (const ParameterSet* entries = set.AsSet()) return SafeSqrt(call, SumOver(call, *entries, Square));
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  call.arguments[0].value = Square(call, Value::Tensor(*x));
  return SafeSqrt(call, ApplyReduction(call, Op::kReduceSum, 1, 2));
}

// The patterns of one argument of a selection: a string or a list of them.
bool AddPatterns(Elaborator& elaborator, Frame& frame, const CallArgument& argument,
                 std::vector<std::string>& patterns) {
  std::vector<Value> values = argument.value.AsList() ? *argument.value.AsList() : std::vector<Value>{argument.value};
  for (const Value& value : values) {
    auto pattern = elaborator.WantString(frame, argument.span, value, "a pattern");
    if (!pattern) return false;
    patterns.push_back(*pattern);
  }
  return true;
}

bool MatchesAny(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return MatchesGlob(pattern, name); });
}

void AddEntries(ParameterSet& set, const std::vector<ParameterPtr>& parameters) {
  for (const ParameterPtr& parameter : parameters) {
    if (!parameter->buffer) set.entries.push_back({parameter, {}});
  }
}

// Joins the sets of a list's elements; an element in two of them stays once. False where an element is no set.
bool JoinSets(const std::vector<Value>& elements, ParameterSet& joined) {
  std::set<std::pair<const ParameterInfo*, ir::Value>> seen;
  for (const Value& element : elements) {
    Value part = TrainedParameters(element);
    if (!part.AsSet()) return false;
    for (const ParameterSet::Entry& entry : part.AsSet()->entries) {
      if (seen.emplace(entry.parameter.get(), entry.value).second) joined.entries.push_back(entry);
    }
  }
  return !elements.empty();
}

}  // namespace

Value TrainedParameters(const Value& value) {
  if (value.AsSet()) return value;
  ParameterSet set;
  if (const ParameterPtr* parameter = value.As<ParameterPtr>()) {
    set.entries.push_back({*parameter, {}});
  } else if (value.AsInstance()) {
    AddEntries(set, ParametersOf(value));
  } else if (const std::vector<Value>* elements = value.AsList() ? value.AsList() : value.AsTuple()) {
    if (!JoinSets(*elements, set)) return {};
  } else {
    return {};
  }
  return Value::Set(std::move(set));
}

Value JoinIfSets(Value list) {
  const std::vector<Value>& elements = *list.AsList();
  bool sets = std::all_of(elements.begin(), elements.end(), [](const Value& element) { return element.AsSet(); });
  return sets && !elements.empty() ? TrainedParameters(list) : list;
}

bool SameParameters(const ParameterSet& a, const ParameterSet& b) {
  return std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                    [](const auto& x, const auto& y) { return x.parameter == y.parameter; });
}

bool MatchesGlob(std::string_view pattern, std::string_view name) {
  size_t p = 0, n = 0, star = std::string_view::npos, retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p, ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Value ParameterSetArithmetic(Elaborator& elaborator, Frame& frame, Span span, ast::BinaryOp op, const Value& a,
                             const Value& b) {
  const ParameterSet* left = a.AsSet();
  const ParameterSet* right = b.AsSet();
  std::optional<Op> ir_op = OpOf(op);
  if (!ir_op) {
    return elaborator.Fail(frame, DiagnosticKind::kTypeMismatch, span, "parameter sets have only + - and *",
                           "use sum_squares, norm or a loop over tensors");
  }
  if (left && right && !SameParameters(*left, *right)) {
    return elaborator.Fail(frame, DiagnosticKind::kTypeMismatch, span, "the two sets are not of the same parameters");
  }
  ParameterSet result;
  const ParameterSet& shape = left ? *left : *right;
  for (size_t i = 0; i < shape.entries.size(); ++i) {
    Value x = left ? EntryValue(elaborator, frame, span, left->entries[i]) : a;
    Value y = right ? EntryValue(elaborator, frame, span, right->entries[i]) : b;
    Value value = elaborator.Apply(frame, span, *ir_op, {x, y});
    if (value.poison()) return value;
    result.entries.push_back({shape.entries[i].parameter, *value.AsTensor()});
  }
  return Value::Set(std::move(result));
}

Value SelectParameters(Elaborator& elaborator, Frame& frame, Span span, const ParameterSet& set,
                       const std::vector<CallArgument>& arguments) {
  std::vector<std::string> wanted, unwanted;
  for (const CallArgument& argument : arguments) {
    if (!argument.name.empty() && argument.name != "except") {
      return elaborator.Fail(frame, DiagnosticKind::kUnknownArgument, argument.span,
                             fmt::format("a selection of parameters has no argument `{}`", argument.name),
                             "it takes patterns and `except:`");
    }
    if (!AddPatterns(elaborator, frame, argument, argument.name.empty() ? wanted : unwanted)) return {};
  }
  ParameterSet selected;
  for (const ParameterSet::Entry& entry : set.entries) {
    bool in = wanted.empty() || MatchesAny(wanted, entry.parameter->name);
    if (in && !MatchesAny(unwanted, entry.parameter->name)) selected.entries.push_back(entry);
  }
  if (selected.entries.empty()) {
    return elaborator.Fail(
        frame, DiagnosticKind::kUnknownMember, span, "no parameter's name matches",
        set.entries.empty() ? "" : fmt::format("names are like `{}`", set.entries.front().parameter->name));
  }
  return Value::Set(std::move(selected));
}

std::vector<Builtin> ParameterBuiltins() {
  return {{"sum_squares", {{"x"}}, CallSumOf},
          {"sum_abs", {{"x"}}, CallSumOf},
          {"norm", {{"x"}, {"axis", false, true}, {"keepdims", false, true}}, CallNorm}};
}

}  // namespace nnc
