#include "frontend/elaborate/derivative_targets.h"

#include <fmt/format.h>

#include "frontend/elaborate/builtins.h"
#include "frontend/elaborate/parameter_set.h"

namespace nnc {
namespace {

// A target as a form: a model or a list of sets is the set of its parameters; anything else stays.
Value FormOf(const Value& target) {
  if (const std::vector<Value>* parts = target.AsTuple()) {
    std::vector<Value> forms;
    for (const Value& part : *parts) forms.push_back(FormOf(part));
    return Value::Tuple(std::move(forms));
  }
  Value set = target.AsInstance() || target.AsList() ? TrainedParameters(target) : Value();
  return set.AsSet() ? set : target;
}

bool AddLeaf(BuiltinCall& call, const Value& tensor, const ParameterPtr& parameter,
             std::vector<DerivativeTargets::Leaf>& leaves) {
  if (tensor.AsTensor()) {
    leaves.push_back({*tensor.AsTensor(), parameter ? fmt::format("`{}`", parameter->name) : "`wrt`"});
    return true;
  }
  if (!tensor.poison()) {
    FailAt(call, 1, DiagnosticKind::kTypeMismatch,
           fmt::format("`wrt` needs a tensor, a parameter or `net.params`, got {}",
                       call.elaborator.Describe(call.frame, tensor)));
  }
  return false;
}

bool AddLeaves(BuiltinCall& call, const Value& form, std::vector<DerivativeTargets::Leaf>& leaves) {
  if (const ParameterSet* set = form.AsSet()) {
    for (const ParameterSet::Entry& entry : set->entries) {
      Value tensor = entry.value.valid() ? Value::Tensor(entry.value)
                                         : call.elaborator.ReadParameter(call.frame, call.at(1), entry.parameter);
      if (!AddLeaf(call, tensor, entry.parameter, leaves)) return false;
    }
    return true;
  }
  if (const std::vector<Value>* parts = form.AsTuple()) {
    for (const Value& part : *parts) {
      if (!AddLeaves(call, part, leaves)) return false;
    }
    return true;
  }
  auto* parameter = form.As<ParameterPtr>();
  if (parameter == nullptr) return AddLeaf(call, form, nullptr, leaves);
  return AddLeaf(call, call.elaborator.ReadParameter(call.frame, call.at(1), *parameter), *parameter, leaves);
}

Value SetOf(const ParameterSet& form, const Value* values) {
  ParameterSet set;
  for (size_t i = 0; i < form.entries.size(); ++i) {
    if (!values[i].AsTensor()) return Value::Tuple({values, values + form.entries.size()});
    set.entries.push_back({form.entries[i].parameter, *values[i].AsTensor()});
  }
  return Value::Set(std::move(set));
}

// `form` with the values from `next` on in place of its leaves; moves `next` on.
Value Filled(const Value& form, const Value*& next) {
  if (const ParameterSet* set = form.AsSet()) {
    const Value* values = next;
    next += set->entries.size();
    return SetOf(*set, values);
  }
  const std::vector<Value>* parts = form.AsTuple();
  if (parts == nullptr) return *next++;
  std::vector<Value> filled;
  for (const Value& part : *parts) filled.push_back(Filled(part, next));
  return Value::Tuple(std::move(filled));
}

// Adds the parts of `given` in the places of the leaves of `form`; false where it has another form.
bool AddMatching(const Value& form, const Value& given, std::vector<Value>& parts) {
  if (const std::vector<Value>* forms = form.AsTuple()) {
    const std::vector<Value>* values = given.AsTuple();
    if (values == nullptr || values->size() != forms->size()) return false;
    for (size_t i = 0; i < forms->size(); ++i) {
      if (!AddMatching((*forms)[i], (*values)[i], parts)) return false;
    }
    return true;
  }
  const ParameterSet* set = form.AsSet();
  if (set == nullptr) {
    parts.push_back(given);
    return !given.AsTuple() && !given.AsSet();
  }
  if (!given.AsSet() || !SameParameters(*set, *given.AsSet())) return false;
  for (const ParameterSet::Entry& entry : given.AsSet()->entries) {
    parts.push_back(entry.value.valid() ? Value::Tensor(entry.value) : Value(entry.parameter));
  }
  return true;
}

}  // namespace

std::optional<DerivativeTargets> DerivativeTargets::Of(BuiltinCall& call, const Value& target) {
  DerivativeTargets targets;
  targets.form_ = FormOf(target);
  if (!AddLeaves(call, targets.form_, targets.leaves_)) return std::nullopt;
  if (!targets.leaves_.empty()) return targets;
  FailAt(call, 1, DiagnosticKind::kNoDependence, "`wrt` holds no parameters");
  return std::nullopt;
}

Value DerivativeTargets::Form(const std::vector<Value>& values) const {
  const Value* next = values.data();
  return Filled(form_, next);
}

std::optional<std::vector<Value>> DerivativeTargets::Matching(BuiltinCall& call, const Value& directions) const {
  std::vector<Value> parts;
  if (AddMatching(form_, FormOf(directions), parts)) return parts;
  FailAt(call, 2, DiagnosticKind::kTypeMismatch,
         fmt::format("`dir` must have the form of `wrt`, which is {}, but it is {}",
                     call.elaborator.Describe(call.frame, form_), call.elaborator.Describe(call.frame, directions)));
  return std::nullopt;
}

}  // namespace nnc
