#include "runtime/blame/values.h"

#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

#include "ir/evaluate.h"
#include "ir/specialize.h"

namespace nnc::runtime {
namespace {

const char* const kName = "values";

// Whether native code computes the value, which a tuple is none of.
bool IsStored(const ir::Node& node) {
  const ir::OpClass op_class = ir::InfoOf(node.op).op_class;
  return op_class != ir::OpClass::kSource && op_class != ir::OpClass::kMovement && !node.type.is_tuple();
}

// The function with the values that are stored for results. `stored` gets their places.
ir::Function WithValues(const ir::Function& from, std::map<uint32_t, size_t>& stored) {
  ir::Function to(kName);
  for (const ir::Node& node : from.nodes()) to.Append(node);
  for (ir::Value v{0}; v.index < from.size(); ++v.index) {
    if (!IsStored(from.node(v))) continue;
    stored.emplace(v.index, to.results().size());
    to.AddResult(fmt::format("value/{}", v.index), v);
  }
  return to;
}

codegen::Compiled CompileValues(const ir::Function& from, std::map<uint32_t, size_t>& stored,
                                const codegen::Options& options) {
  const ir::Function function = WithValues(from, stored);
  return codegen::Compile({&function}, {}, options);
}

// Memory is what it takes here: every value is kept.
codegen::Options Unlimited(codegen::Options options) {
  options.max_memory = 0;
  options.profile = false;
  return options;
}

}  // namespace

Values::Values(ir::Function symbolic, int64_t batch, const codegen::Options& options)
    : symbolic_(std::move(symbolic)),
      function_(ir::Specialize(symbolic_, {{"B", batch}})),
      batch_(batch),
      options_(Unlimited(options)),
      compiled_(CompileValues(function_, stored_, options_)),
      arena_(ir::Element::kU8, {compiled_.arena_bytes()}) {}

void Values::Run(std::vector<Tensor> arguments) {
  const codegen::Entry& entry = compiled_.entry(kName);
  values_.clear();
  for (uint32_t i = 0; i < function_.argument_count(); ++i) {
    const codegen::Slot& slot = entry.arguments[i];
    if (arguments[i].type() != slot.type) throw std::logic_error("a value of another type for %" + slot.name);
    std::memcpy(arena_.data() + slot.offset, arguments[i].data(), static_cast<size_t>(arguments[i].bytes()));
    values_.emplace(i, std::move(arguments[i]));
  }
  compiled_.Run(kName, arena_.data());
}

const Tensor& Values::At(ir::Value value) {
  if (const auto known = values_.find(value.index); known != values_.end()) return known->second;
  const ir::Node& node = function_.node(value);
  if (const auto stored = stored_.find(value.index); stored != stored_.end()) {
    const codegen::Slot& slot = compiled_.entry(kName).results[stored->second];
    Tensor tensor(slot.type.element, ir::Values(slot.type.shape));
    std::memcpy(tensor.data(), arena_.data() + slot.offset, static_cast<size_t>(tensor.bytes()));
    return values_.emplace(value.index, std::move(tensor)).first->second;
  }
  std::vector<ir::Tensor> operands;
  for (const ir::Value operand : node.operands) operands.push_back(ToIr(At(operand)));
  std::vector<const ir::Tensor*> pointers;
  for (const ir::Tensor& operand : operands) pointers.push_back(&operand);
  return values_.emplace(value.index, FromIr(ir::EvaluateNode(node, pointers))).first->second;
}

}  // namespace nnc::runtime
