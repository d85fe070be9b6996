#include "ir/match.h"

#include <map>
#include <utility>

namespace nnc::ir {
namespace {

// The values of a function by op and operands.
class Shelf {
 public:
  explicit Shelf(const Function& function) : function_(function), taken_(function.size()) {
    for (uint32_t v = function.argument_count(); v < function.size(); ++v) {
      const Node& node = function.node(Value{v});
      by_operands_[{node.op, node.operands}].push_back(Value{v});
      by_name_[node.name] = Value{v};
    }
  }

  // The first free value that is `node`, but for its operands, of these operands.
  Value Same(const Node& node, const std::vector<Value>& operands) const {
    auto found = by_operands_.find({node.op, operands});
    if (found == by_operands_.end()) return {};
    for (Value value : found->second) {
      const Node& candidate = function_.node(value);
      if (taken_[value.index] || candidate.attributes != node.attributes || candidate.type != node.type) continue;
      return value;
    }
    return {};
  }

  // The free value of the node's name and op.
  Value Namesake(const Node& node) const {
    auto found = by_name_.find(node.name);
    if (found == by_name_.end() || taken_[found->second.index]) return {};
    return function_.node(found->second).op == node.op ? found->second : Value{};
  }

  void Take(Value value) { taken_[value.index] = true; }

 private:
  const Function& function_;
  std::vector<bool> taken_;
  std::map<std::pair<Op, std::vector<Value>>, std::vector<Value>> by_operands_;
  std::map<std::string_view, Value> by_name_;
};

// The operands in the other function; empty where one has no counterpart, which an op without operands is not.
std::optional<std::vector<Value>> Mapped(const std::vector<Value>& operands, const std::vector<Value>& counterparts) {
  std::vector<Value> mapped;
  for (Value operand : operands) {
    if (!counterparts[operand.index].valid()) return std::nullopt;
    mapped.push_back(counterparts[operand.index]);
  }
  return mapped;
}

}  // namespace

Matching Match(const Function& older, const Function& newer) {
  Matching matching{std::vector<Value>(newer.size()), std::vector<bool>(newer.size())};
  for (uint32_t v = 0; v < newer.argument_count(); ++v) {
    auto argument = older.FindArgument(newer.node(Value{v}).name);
    if (!argument) continue;
    matching.older[v] = *argument;
    matching.same[v] = older.type(*argument) == newer.type(Value{v});
  }
  Shelf shelf(older);
  for (uint32_t v = newer.argument_count(); v < newer.size(); ++v) {
    const Node& node = newer.node(Value{v});
    Value counterpart;
    if (auto operands = Mapped(node.operands, matching.older)) counterpart = shelf.Same(node, *operands);
    matching.same[v] = counterpart.valid();
    if (!counterpart.valid()) counterpart = shelf.Namesake(node);
    if (!counterpart.valid()) continue;
    shelf.Take(counterpart);
    matching.older[v] = counterpart;
  }
  return matching;
}

std::vector<Value> Duplicates(const Function& older, const Function& newer, const Matching& matching) {
  std::vector<Value> newer_of(older.size()), duplicates(older.size());
  for (uint32_t v = 0; v < newer.size(); ++v) {
    if (matching.older[v].valid()) newer_of[matching.older[v].index] = Value{v};
  }
  Shelf shelf(newer);
  for (uint32_t v = older.argument_count(); v < older.size(); ++v) {
    if (newer_of[v].valid()) continue;
    auto operands = Mapped(older.node(Value{v}).operands, newer_of);
    if (operands) duplicates[v] = shelf.Same(older.node(Value{v}), *operands);
    newer_of[v] = duplicates[v];  // so that what is computed from it is found, too
  }
  return duplicates;
}

}  // namespace nnc::ir
