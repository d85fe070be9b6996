#include "view/graph_labels.h"

#include <fmt/format.h>

#include "ir/text.h"

namespace nnc::view {
namespace {

using ir::AttributeKey;
using ir::Dim;
using ir::Op;

// 2*m*n*k of a product, with dimension variables if it has them.
Dim FlopsOf(const ir::Function& function, const ir::Node& node) {
  if (node.op != Op::kMatMul) return 0;
  const ir::Shape& a = function.type(node.operands[0]).shape;
  size_t shared = a.size() - (node.attribute<bool>(AttributeKey::kTransposeA) ? 2 : 1);
  return Dim(2) * ir::Product(node.type.shape) * a[shared];
}

std::string AttributesText(const ir::Node& node) {
  switch (node.op) {
    case Op::kConstant:
      return ir::FloatText(node.attribute<double>(AttributeKey::kValue));
    case Op::kReshape:
    case Op::kBroadcast:
    case Op::kIota:
      return "";  // the type says it
    case Op::kMatMul: {
      std::string text;
      if (node.attribute<bool>(AttributeKey::kTransposeA)) text += "Aᵀ";
      if (node.attribute<bool>(AttributeKey::kTransposeB)) text += text.empty() ? "Bᵀ" : " Bᵀ";
      return text;
    }
    default:
      return ir::ToString(node.attributes);
  }
}

std::string Joined(std::string_view a, const std::string& b) {
  return b.empty() ? std::string(a) : fmt::format("{} {}", a, b);
}

}  // namespace

std::string FlopsText(const ir::Function& function, const std::vector<uint32_t>& values) {
  Dim flops = 0;
  for (uint32_t v : values) flops = flops + FlopsOf(function, function.node(ir::Value{v}));
  if (!flops.is_constant()) return flops.str() + " flop";
  auto count = static_cast<double>(flops.value());
  const char* units[] = {"", "k", "M", "G", "T", "P"};
  size_t unit = 0;
  for (; count >= 1000 && unit < 5; ++unit) count /= 1000;
  return count == 0 ? "" : fmt::format("{:.3g} {}flop", count, units[unit]);
}

std::vector<std::string> LabelOf(const ir::Function& function, const GraphParts& parts, const Box& box) {
  std::vector<std::string> lines;
  std::string flops = FlopsText(function, box.values);
  if (box.folded >= 0) {
    const std::string& name = parts.parts[static_cast<size_t>(box.folded)].name;
    lines = {(box.side == Side::kGradient ? "d " : "") + name, fmt::format("{} values", box.values.size())};
    if (!flops.empty()) lines.push_back(flops);
    return lines;
  }
  const ir::Node& node = function.node(ir::Value{box.values.front()});
  const std::string& name = parts.names[box.values.front()];
  if (!name.empty()) lines.push_back(name);
  if (node.op != Op::kArgument) lines.push_back(Joined(ir::InfoOf(node.op).mnemonic, AttributesText(node)));
  if (node.op != Op::kConstant || !node.type.is_scalar()) lines.push_back(ir::ToString(node.type));
  if (!flops.empty()) lines.push_back(flops);
  for (const ir::Result& result : function.results()) {
    if (result.value.index == box.values.front() && result.name != name && result.name != node.name)
      lines.push_back("→ " + result.name);
  }
  return lines;
}

}  // namespace nnc::view
