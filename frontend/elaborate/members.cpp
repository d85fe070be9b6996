// Members: `.0` of a tuple, parameters and sub-models of a model, splits and fields of data.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "frontend/elaborate/elaborator.h"

namespace nnc {

namespace {

std::optional<size_t> Position(const std::string& text) {
  size_t position = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  bool all = error == std::errc() && end == text.data() + text.size();
  return all ? std::optional(position) : std::nullopt;
}

std::vector<std::string> MembersOf(const Instance& instance) {
  std::vector<std::string> names{"params"};
  for (const auto& [name, member] : instance.members) names.emplace_back(name);
  for (const auto& [name, method] : instance.methods) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

// Parameters that can be trained, as a set.
Value ParameterSetOf(const Value& value) {
  ParameterSet set;
  for (const ParameterPtr& parameter : ParametersOf(value)) {
    if (!parameter->buffer) set.entries.push_back({parameter, {}});
  }
  return Value::Set(std::move(set));
}

bool HasModels(const Value& list) {
  const std::vector<Value>& elements = *list.AsList();
  return std::any_of(elements.begin(), elements.end(), [](const Value& v) { return v.AsInstance() || v.AsList(); });
}

}  // namespace

Value Elaborator::MemberOf(const Value& object, const ast::Name& name, Span span, Frame& frame) {
  if (object.poison()) return object;
  if (const std::vector<Value>* elements = object.AsTuple() ? object.AsTuple() : object.AsList()) {
    std::optional<size_t> position = Position(name.text);
    if (position && *position < elements->size()) return (*elements)[*position];
    if (object.AsList() && name.text == "params" && HasModels(object)) return ParameterSetOf(object);
  }
  if (object.AsInstance()) return MemberOfInstance(object, name, frame);
  if (auto* data = object.As<DataRef>()) return MemberOfData(*data, name, frame);
  if (auto* field = object.As<FieldRef>()) return MemberOfField(*field, name, span, frame);
  return Fail(frame, DiagnosticKind::kUnknownMember, name.span,
              fmt::format("{} has no member `{}`", Describe(frame, object), name.text));
}

Value Elaborator::MemberOfInstance(const Value& object, const ast::Name& name, Frame& frame) {
  const Instance& instance = *object.AsInstance();
  if (const Value* member = instance.Find(name.text)) return *member;
  auto method = instance.methods.find(name.text);
  if (method != instance.methods.end()) {
    return Value(UserFunction{method->second, instance.file, *object.As<std::shared_ptr<Instance>>()});
  }
  if (name.text == "params") return ParameterSetOf(object);
  return UnknownName(frame, DiagnosticKind::kUnknownMember, name.span,
                     fmt::format("the model `{}` has no member `{}`", instance.model->name.text, name.text), name.text,
                     MembersOf(instance));
}

// `spiral.train` is a split and `spiral.x` a field.
Value Elaborator::MemberOfData(const DataRef& data, const ast::Name& name, Frame& frame) {
  const DataPlan& plan = PlanOf(*data.data, data.file);
  if (!plan.span.known()) {
    return Fail(frame, DiagnosticKind::kDeclarationCycle, name.span,
                fmt::format("the data `{}` needs itself", plan.name),
                "name another data block, or a `let` that both use");
  }
  std::vector<std::string> names;
  for (const SplitPart& part : plan.split) {
    if (part.name == name.text && data.split.empty()) return Value(DataRef{data.data, data.file, name.text});
    names.push_back(part.name);
  }
  for (const DataField& field : plan.fields) {
    if (field.name == name.text) return Value(FieldRef{data.data, data.file, name.text});
    names.push_back(field.name);
  }
  if (plan.fields.empty()) return Poison{};  // the block itself has errors
  return UnknownName(frame, DiagnosticKind::kUnknownMember, name.span,
                     fmt::format("the data `{}` has no split or field `{}`", plan.name, name.text), name.text, names);
}

Value Elaborator::MemberOfField(const FieldRef& field, const ast::Name& name, Span span, Frame& frame) {
  if (name.text == "mean" || name.text == "std") return ReadDataConstant(frame, span, field, name.text == "std");
  if (name.text == "classes") return ReadClassCount(frame, name.span, field);
  return UnknownName(frame, DiagnosticKind::kUnknownMember, name.span,
                     fmt::format("a field has `mean`, `std` and `classes`, not `{}`", name.text), name.text,
                     {"classes", "mean", "std"});
}

}  // namespace nnc
