#include "ir/function.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace nnc::ir {

namespace {

// The position of T among the alternatives of a variant.
template <class T, class Variant>
struct IndexIn;
template <class T, class... Rest>
struct IndexIn<T, std::variant<T, Rest...>> : std::integral_constant<size_t, 0> {};
template <class T, class First, class... Rest>
struct IndexIn<T, std::variant<First, Rest...>>
    : std::integral_constant<size_t, 1 + IndexIn<T, std::variant<Rest...>>::value> {};

}  // namespace

size_t AlternativeOf(AttributeKey key) {
  static constexpr size_t kAlternatives[] = {
#define NNC_ATTRIBUTE(name, text, type) IndexIn<type, Attribute>::value,
#include "ir/attributes.def"
#undef NNC_ATTRIBUTE
  };
  return kAlternatives[static_cast<size_t>(key)];
}

Attributes::Attributes(std::initializer_list<std::pair<AttributeKey, Attribute>> entries) {
  for (const auto& [key, value] : entries) Set(key, value);
}

void Attributes::Set(AttributeKey key, Attribute value) {
  auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                             [](const auto& e, AttributeKey k) { return e.first < k; });
  if (at != entries_.end() && at->first == key) {
    at->second = std::move(value);
  } else {
    entries_.insert(at, {key, std::move(value)});
  }
}

const Attribute* Attributes::Find(AttributeKey key) const {
  for (const auto& [k, value] : entries_) {
    if (k == key) return &value;
  }
  return nullptr;
}

bool Attributes::operator==(const Attributes& other) const {
  auto same = [](const auto& a, const auto& b) {
    const auto *x = std::get_if<double>(&a.second), *y = std::get_if<double>(&b.second);
    if (a.first == b.first && x && y) return std::bit_cast<uint64_t>(*x) == std::bit_cast<uint64_t>(*y);
    return a == b;
  };
  return std::equal(entries_.begin(), entries_.end(), other.entries_.begin(), other.entries_.end(), same);
}

bool Body::operator==(const Body& other) const {
  return function == other.function || (function && other.function && SameComputation(*function, *other.function));
}

std::optional<Value> Function::FindArgument(std::string_view name) const {
  for (uint32_t i = 0; i < arguments_; ++i) {
    if (nodes_[i].name == name) return Value{i};
  }
  return std::nullopt;
}

Value Function::Append(Node node) {
  if (node.op == Op::kArgument) {
    if (size() != arguments_) throw std::logic_error("argument %" + node.name + " after other nodes");
    if (node.name.empty() || names_.contains(node.name)) {
      throw std::logic_error("argument name '" + node.name + "' is empty or taken");
    }
    ++arguments_;
  }
  node.name = TakeName(node.name.empty() ? std::to_string(nodes_.size()) : std::move(node.name));
  nodes_.push_back(std::move(node));
  return Value{size() - 1};
}

void Function::Rename(Value value, std::string wish) { nodes_[value.index].name = TakeName(std::move(wish)); }

void Function::ReplaceBody(Value loop, Body body, Type type) {
  nodes_[loop.index].attributes.Set(AttributeKey::kBody, std::move(body));
  nodes_[loop.index].type = std::move(type);
}

std::string Function::TakeName(std::string wish) {
  auto [known, fresh] = names_.try_emplace(wish, 1);
  if (fresh) return wish;
  // The count starts where the last search for this name ended, so that a thousand equal wishes take linear time.
  std::string name;
  do {
    name = wish + "." + std::to_string(known->second++);
  } while (names_.contains(name));
  names_.emplace(name, 1);
  return name;
}

const Function* Module::Find(std::string_view name) const {
  auto found = std::find_if(functions.begin(), functions.end(), [&](const Function& f) { return f.name() == name; });
  return found == functions.end() ? nullptr : &*found;
}

bool SameComputation(const Function& a, const Function& b) {
  auto same_node = [](const Node& x, const Node& y) {
    return x.op == y.op && x.operands == y.operands && x.attributes == y.attributes && x.type == y.type;
  };
  auto same_value = [](const Result& x, const Result& y) { return x.value == y.value; };
  return std::ranges::equal(a.nodes(), b.nodes(), same_node) &&
         std::ranges::equal(a.results(), b.results(), same_value);
}

std::vector<uint32_t> UseCounts(const Function& function) {
  std::vector<uint32_t> uses(function.size());
  for (const Node& node : function.nodes()) {
    for (Value operand : node.operands) ++uses[operand.index];
  }
  for (const Result& result : function.results()) ++uses[result.value.index];
  return uses;
}

}  // namespace nnc::ir
