#include "frontend/elaborate/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <tuple>
#include <unordered_set>

#include "ir/scan.h"

namespace nnc {

namespace {

ir::Node Placeholder(const std::string& name, const ir::Type& type, Span span) {
  ir::Attributes attributes = {{ir::AttributeKey::kValue, 0.0},
                               {ir::AttributeKey::kElement, type.element},
                               {ir::AttributeKey::kShape, type.shape}};
  return {ir::Op::kConstant, {}, std::move(attributes), type, name, span, {}};
}

}  // namespace

ir::Value Graph::Read(ArgumentKind kind, const std::string& name, const ir::Type& type, Span declared,
                      uint32_t ordinal) {
  auto [at, fresh] = current_.try_emplace(name);
  if (!fresh) return at->second;
  at->second = function_.Append(Placeholder(name, type, declared));
  arguments_[at->second.index] = {kind, ordinal, name, declared, at->second};
  return at->second;
}

ir::Value Graph::Written(const std::string& name) const {
  auto found = current_.find(name);
  if (found == current_.end()) return {};
  auto argument = arguments_.find(found->second.index);
  bool unchanged = argument != arguments_.end() && argument->second.name == name;
  return unchanged ? ir::Value() : found->second;
}

std::string_view Graph::ArgumentName(ir::Value value) const {
  auto found = arguments_.find(value.index);
  return found == arguments_.end() ? std::string_view() : std::string_view(found->second.name);
}

ir::Value Graph::AddPlaceholder(const ir::Type& type, Span span) {
  return *placeholders_.insert(function_.Append(Placeholder("", type, span))).first;
}

ir::Function Graph::CutOut(std::string name, const std::vector<ir::Result>& arguments,
                           const std::vector<ir::Result>& results) {
  for (uint32_t i = 0; i < function_.size(); ++i) {
    bool is_number = std::isdigit(static_cast<unsigned char>(function_.nodes()[i].name[0]));
    auto named = source_names_.find(i);
    if (is_number && named != source_names_.end()) function_.Rename({i}, named->second.text);
  }
  ir::Function cut = ir::CutOut(function_, std::move(name), arguments, results);
  cut.span = builder_.span;
  return cut;
}

std::string_view Graph::NameOf(ir::Value value) const {
  auto named = source_names_.find(value.index);
  return named == source_names_.end() ? ArgumentName(value) : std::string_view(named->second.text);
}

void Graph::Name(ir::Value value, std::string_view name, bool library) {
  if (IsArgument(value)) return;
  auto [at, fresh] = source_names_.try_emplace(value.index, SourceName{std::string(name), library});
  if (!fresh && at->second.library) at->second = {std::string(name), library};
}

std::string Graph::NewPart(const std::string& path) {
  int calls = ++parts_[path];
  return calls == 1 ? path : fmt::format("{}({})", path, calls);
}

std::vector<bool> Graph::Needed() const {
  std::vector<bool> needed(function_.size());
  for (const ir::Result& result : results_) needed[result.value.index] = true;
  for (uint32_t i = function_.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (ir::Value operand : function_.nodes()[i].operands) needed[operand.index] = true;
  }
  std::unordered_set<std::string_view> updated;
  for (const ir::Result& result : results_) updated.insert(result.name);
  for (const auto& [index, argument] : arguments_) {
    if (argument.kind == ArgumentKind::kInput || updated.contains(argument.name)) needed[index] = true;
  }
  return needed;
}

std::vector<const Graph::BoundArgument*> Graph::ArgumentOrder(const std::vector<bool>& needed) const {
  std::vector<const BoundArgument*> order;
  for (const auto& [index, argument] : arguments_) {
    if (needed[index]) order.push_back(&argument);
  }
  auto rank = [](const BoundArgument* a) { return std::tuple(a->kind, a->ordinal, a->value.index); };
  std::sort(order.begin(), order.end(),
            [&](const BoundArgument* a, const BoundArgument* b) { return rank(a) < rank(b); });
  return order;
}

ir::Function Graph::Finish() const {
  ir::Function finished(function_.name());
  finished.span = function_.span;
  std::vector<bool> needed = Needed();
  std::vector<ir::Value> moved(function_.size());
  for (const BoundArgument* argument : ArgumentOrder(needed)) {
    ir::Node node;
    node.op = ir::Op::kArgument;
    node.type = function_.type(argument->value);
    node.name = argument->name;
    node.span = argument->span;
    moved[argument->value.index] = finished.Append(std::move(node));
  }
  for (uint32_t i = 0; i < function_.size(); ++i) {
    if (!needed[i] || moved[i].valid()) continue;
    ir::Node node = function_.nodes()[i];
    for (ir::Value& operand : node.operands) operand = moved[operand.index];
    auto named = source_names_.find(i);
    node.name = named == source_names_.end() ? "" : named->second.text;
    moved[i] = finished.Append(std::move(node));
  }
  for (const ir::Result& result : results_) finished.AddResult(result.name, moved[result.value.index]);
  return finished;
}

}  // namespace nnc
