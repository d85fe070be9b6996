#include "frontend/elaborate/value.h"

#include <unordered_set>

namespace nnc {

Value Value::List(std::vector<Value> elements) {
  return Value(std::make_shared<const ListValue>(ListValue{std::move(elements)}));
}

Value Value::Tuple(std::vector<Value> elements) {
  return Value(std::make_shared<const TupleValue>(TupleValue{std::move(elements)}));
}

const std::vector<Value>* Value::AsList() const {
  auto* list = As<std::shared_ptr<const ListValue>>();
  return list == nullptr ? nullptr : &(*list)->elements;
}

const std::vector<Value>* Value::AsTuple() const {
  auto* tuple = As<std::shared_ptr<const TupleValue>>();
  return tuple == nullptr ? nullptr : &(*tuple)->elements;
}

const ir::Value* Value::AsTensor() const {
  auto* tensor = As<TensorValue>();
  return tensor == nullptr ? nullptr : &tensor->value;
}

const ParameterSet* Value::AsSet() const {
  auto* set = As<std::shared_ptr<const ParameterSet>>();
  return set == nullptr ? nullptr : set->get();
}

Instance* Value::AsInstance() const {
  auto* instance = As<std::shared_ptr<Instance>>();
  return instance == nullptr ? nullptr : instance->get();
}

bool Value::is_callable() const {
  return As<UserFunction>() || As<Closure>() || As<const Builtin*>() || As<std::shared_ptr<const Partial>>() ||
         As<ModelClass>() || As<OptimizerClass>() || AsInstance() || AsSet();
}

const Value* Instance::Find(std::string_view name) const {
  auto found = member_index.find(name);
  return found == member_index.end() ? nullptr : &members[found->second].second;
}

void Instance::Add(std::string name, Value value) {
  member_index[name] = members.size();
  members.emplace_back(std::move(name), std::move(value));
}

namespace {

struct Collector {
  std::vector<ParameterPtr> parameters;
  std::unordered_set<const void*> seen;

  void Add(const Value& value) {
    if (auto* parameter = value.As<ParameterPtr>()) {
      bool counts = !(*parameter)->IsEmpty() && seen.insert(parameter->get()).second;
      if (counts) parameters.push_back(*parameter);
    } else if (const Instance* instance = value.AsInstance()) {
      if (!seen.insert(instance).second) return;
      for (const auto& [name, member] : instance->members) Add(member);
    } else if (const std::vector<Value>* elements = value.AsList() ? value.AsList() : value.AsTuple()) {
      for (const Value& element : *elements) Add(element);
    }
  }
};

}  // namespace

std::vector<ParameterPtr> ParametersOf(const Value& value) {
  Collector collector;
  collector.Add(value);
  return std::move(collector.parameters);
}

}  // namespace nnc
