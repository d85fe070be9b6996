#include "passes/rewriter.h"

#include <algorithm>
#include <cctype>

namespace nnc::passes {

namespace {

bool IsNumber(const std::string& name) { return std::isdigit(static_cast<unsigned char>(name[0])); }

}  // namespace

Rewriter::Rewriter(const ir::Function& from) : from_(from), to_(from.name()), map_(from.size()) {
  to_.span = from.span;
  to_.Reserve(from.size());
}

ir::Node Rewriter::Begin(ir::Value old) {
  ir::Node node = from_.node(old);
  for (ir::Value& operand : node.operands) operand = Mapped(operand);
  if (node.origin) {
    node.origin->forward = Mapped(node.origin->forward);
    if (!node.origin->forward.valid()) node.origin.reset();  // the forward node was left out
  }
  builder_.span = node.span;
  builder_.origin = node.origin;
  builder_.part = node.part;
  return node;
}

void Rewriter::Copy(ir::Value old) { Copy(old, Begin(old)); }

void Rewriter::Replace(ir::Value old, ir::Value with) {
  const std::string& name = from_.node(old).name;
  bool is_argument = with.index < to_.argument_count();
  if (!is_argument && IsNumber(to_.node(with).name) && !IsNumber(name)) to_.Rename(with, name);
  map_[old.index] = with;
}

ir::Function Rewriter::Finish() {
  for (const ir::Result& result : from_.results()) to_.AddResult(result.name, Mapped(result.value));
  return std::move(to_);
}

bool HasBodies(const ir::Function& function) {
  return std::ranges::any_of(
      function.nodes(), [](const ir::Node& node) { return node.attributes.Find(ir::AttributeKey::kBody) != nullptr; });
}

ir::Function OnBodies(const ir::Function& function, const std::function<ir::Function(const ir::Function&)>& pass) {
  Rewriter rewriter(function);
  for (ir::Value v{0}; v.index < function.size(); ++v.index) {
    ir::Node node = rewriter.Begin(v);
    if (const ir::Attribute* body = node.attributes.Find(ir::AttributeKey::kBody)) {
      ir::Function changed = pass(*std::get<ir::Body>(*body).function);
      node.attributes.Set(ir::AttributeKey::kBody, ir::Body{std::make_shared<const ir::Function>(std::move(changed))});
    }
    rewriter.Copy(v, std::move(node));
  }
  return rewriter.Finish();
}

}  // namespace nnc::passes
