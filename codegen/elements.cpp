// What an element is computed from. Loads, stores and indices are in elements_memory.cpp.
#include "codegen/elements.h"

#include <algorithm>
#include <functional>
#include <set>
#include <stdexcept>

#include "codegen/contraction.h"
#include "codegen/elementwise.h"

namespace nnc::codegen {

using ir::AttributeKey;
using ir::Op;
using ir::Value;

Elements::Elements(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel)
    : e_(emitter),
      schedule_(schedule),
      function_(*schedule.function),
      plan_(plan),
      kernel_(kernel),
      contracted_(ContractedProducts(function_, kernel)),
      counters_(kernel.axes.size()) {}

llvm::Value* Elements::At(Value value, const IndexMap& map) { return Evaluate(value, map, {}); }

llvm::Value* Elements::Spread(llvm::Value* element) {
  return Emitter::LanesOf(element) == lanes_.count ? element : e_.Splat(element, lanes_.count);
}

void Elements::CloseScope() {
  for (const Key& key : scopes_.back()) known_.erase(key);
  scopes_.pop_back();
}

bool Elements::IsFold(Value value) const {
  const ir::Node& n = function_.node(value);
  const bool reduce = ir::InfoOf(n.op).op_class == ir::OpClass::kReduce && !IsTrivialReduce(function_, n);
  return kernel_.Contains(value) && (reduce || value == kernel_.root);
}

std::vector<Use> Elements::OperandsOf(Value value, const IndexMap& map) const {
  const ir::Node& n = function_.node(value);
  if (!kernel_.Contains(value) || IsFold(value)) return {};
  if (n.op == Op::kUniform) return {{n.operands[0], {}}};
  if (n.op == Op::kTake) {
    const auto ids = static_cast<int64_t>(function_.type(n.operands[1]).rank());
    return {{n.operands[1], IndexMap(map.begin(), map.begin() + ids)}};
  }
  std::vector<Use> operands;
  for (size_t i = 0; i < n.operands.size(); ++i) operands.push_back({n.operands[i], OperandMap(function_, n, i, map)});
  return operands;
}

size_t Elements::Intern(Value value, const IndexMap& map) {
  const auto found = numbers_.find({value, map});
  if (found != numbers_.end()) return found->second;
  Element element{value, map, 0, {}};
  const ir::Node& n = function_.node(value);
  if (IsFold(value)) element.folds.push_back(value.index);
  for (const Use& use : OperandsOf(value, map)) {
    const Element& operand = elements_[Intern(use.value, use.map)];
    element.axes |= operand.axes;
    element.folds.insert(element.folds.end(), operand.folds.begin(), operand.folds.end());
  }
  std::ranges::sort(element.folds);
  element.folds.erase(std::ranges::unique(element.folds).begin(), element.folds.end());
  const bool own_axes = !kernel_.Contains(value) || IsFold(value) || n.op == Op::kUniform || n.op == Op::kTake ||
                        n.op == Op::kIota || HasSegments(n);
  if (own_axes) element.axes |= AxesIn(map);
  numbers_[{value, map}] = elements_.size();
  elements_.push_back(std::move(element));
  return elements_.size() - 1;
}

Elements::Key Elements::KeyOf(size_t number, const Guards& guards) const {
  uint64_t axes = elements_[number].axes;
  for (const Segment& guard : guards) axes |= AxesIn(guard.index);
  std::vector<llvm::Value*> state;
  bool vector = false;
  for (size_t i = 0; i < counters_.size(); ++i) {
    if ((axes >> i & 1) == 0) continue;
    state.push_back(counters_[i].index);
    vector = vector || lanes_.Has(static_cast<int>(i));
  }
  for (uint32_t fold : elements_[number].folds) state.push_back(bound_.contains(fold) ? bound_.at(fold) : nullptr);
  return {number, guards, std::move(state), vector ? lanes_.active : 0};
}

llvm::Value* Elements::Evaluate(Value value, const IndexMap& map, const Guards& guards) {
  const Key key = KeyOf(Intern(value, map), guards);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  llvm::Value* element = Compute(value, map, guards);
  known_[key] = element;
  if (!scopes_.empty()) scopes_.back().push_back(key);
  return element;
}

llvm::Value* Elements::Compute(Value value, const IndexMap& map, const Guards& guards) {
  const ir::Node& n = function_.node(value);
  if (!kernel_.Contains(value)) {
    const std::vector<int64_t> shape = ShapeOf(function_, value);
    return LoadAt(BaseOf(value), LinearOf(shape, map, counters_.size()), nullptr, guards);
  }
  if (IsFold(value)) {
    const auto bound = bound_.find(value.index);
    if (bound == bound_.end()) throw std::logic_error("element of %" + n.name + " is needed before it is computed");
    return bound->second;
  }
  if (n.op == Op::kTake) return ComputeTake(n, map, guards);
  if (HasSegments(n)) return ComputeSegments(n, map, guards);
  if (n.op == Op::kArgMax) return e_.Constant(ir::Element::kI32, 0);
  if (ir::InfoOf(n.op).op_class == ir::OpClass::kSource) return ComputeSource(n, map, guards);
  if (ir::IsElementwise(n.op)) return ComputeElementwise(n, map, guards);
  return Evaluate(n.operands[0], OperandMap(function_, n, 0, map), guards);
}

Values Elements::EvaluateOperands(const ir::Node& node, const IndexMap& map, const Guards& guards) {
  Values operands;
  for (size_t i = 0; i < node.operands.size(); ++i) {
    operands.push_back(Evaluate(node.operands[i], OperandMap(function_, node, i, map), guards));
  }
  return operands;
}

Values Elements::SpreadAlike(Values elements) {
  const bool vector = std::ranges::any_of(elements, [](llvm::Value* x) { return Emitter::LanesOf(x) > 1; });
  if (!vector) return elements;
  for (llvm::Value*& element : elements) element = Spread(element);
  return elements;
}

llvm::Value* Elements::ComputeElementwise(const ir::Node& node, const IndexMap& map, const Guards& guards) {
  for (size_t i = 0; i < node.operands.size(); ++i) {
    if (IsContracted(node.operands[i])) return ComputeMulAdd(node, i, map, guards);
  }
  const Values operands = SpreadAlike(EvaluateOperands(node, map, guards));
  const ir::Element from = function_.type(node.operands[0]).element;
  return e_.Round(EmitElementwise(node.op, {e_, from, node.type.element, operands}), node.type.element);
}

// An Add or Sub whose operand `product` is rounded with it.
llvm::Value* Elements::ComputeMulAdd(const ir::Node& sum, size_t product, const IndexMap& map, const Guards& guards) {
  const size_t other = 1 - product;
  const IndexMap place = OperandMap(function_, sum, product, map);
  Values terms = EvaluateOperands(function_.node(sum.operands[product]), place, guards);
  terms.push_back(Evaluate(sum.operands[other], OperandMap(function_, sum, other, map), guards));
  terms = SpreadAlike(std::move(terms));
  if (sum.op == Op::kSub) {
    llvm::Value*& subtracted = terms[product == 1 ? 0 : 2];
    subtracted = e_.ir().CreateFNeg(subtracted);
  }
  return e_.MulAdd(terms[0], terms[1], terms[2]);
}

Values Elements::FactorsAt(Value product, const IndexMap& map) {
  Values factors = EvaluateOperands(function_.node(product), map, {});
  for (llvm::Value*& factor : factors) factor = Spread(factor);
  return factors;
}

llvm::Value* Elements::ComputeSegments(const ir::Node& node, const IndexMap& map, const Guards& guards) {
  llvm::Value* result = e_.Constant(node.type.element, 0);
  for (size_t i = 0; i < node.operands.size(); ++i) {
    const Segment segment = SegmentOf(function_, node, i, map);
    const Inside inside = Test(segment);
    if (inside.never) continue;
    Guards inner = guards;
    if (!inside.always) inner.push_back(segment);
    llvm::Value* part = Evaluate(node.operands[i], OperandMap(function_, node, i, map), inner);
    if (inside.always) return part;
    const bool vector =
        Emitter::LanesOf(inside.condition) > 1 || Emitter::LanesOf(part) > 1 || Emitter::LanesOf(result) > 1;
    llvm::Value* condition = inside.condition;
    if (vector) {
      condition = Spread(condition);
      part = Spread(part);
      result = Spread(result);
    }
    result = e_.ir().CreateSelect(condition, part, result);
  }
  return result;
}

// An id outside the table is clamped; rows of an empty table are 0.
llvm::Value* Elements::ComputeTake(const ir::Node& node, const IndexMap& map, const Guards& guards) {
  const std::vector<int64_t> table = ShapeOf(function_, node.operands[0]);
  if (table[0] == 0) return e_.Constant(node.type.element, 0);
  const auto ids = static_cast<int64_t>(function_.type(node.operands[1]).rank());
  llvm::Value* id = Evaluate(node.operands[1], IndexMap(map.begin(), map.begin() + ids), guards);
  IndexMap inner(map.begin() + ids, map.end());
  inner.insert(inner.begin(), AxisIndex{});
  const Linear linear = LinearOf(table, inner, counters_.size());
  int64_t row = 1;
  for (size_t i = 1; i < table.size(); ++i) row *= table[i];
  const int64_t lanes = Emitter::LanesOf(id);
  llvm::IRBuilder<>& ir = e_.ir();
  llvm::Value* wide = e_.Convert(id, function_.type(node.operands[1]).element, ir::Element::kI64);
  wide = ir.CreateBinaryIntrinsic(llvm::Intrinsic::smax, wide, e_.Constant(ir::Element::kI64, 0, lanes));
  wide = ir.CreateBinaryIntrinsic(llvm::Intrinsic::smin, wide,
                                  e_.Constant(ir::Element::kI64, static_cast<double>(table[0] - 1), lanes));
  llvm::Value* moved = ir.CreateMul(wide, e_.Constant(ir::Element::kI64, static_cast<double>(row), lanes));
  return LoadAt(BaseOf(node.operands[0]), linear, moved, guards);
}

llvm::Value* Elements::ComputeSource(const ir::Node& node, const IndexMap& map, const Guards& guards) {
  if (node.op == Op::kConstant) return e_.Constant(node.type.element, node.attribute<double>(AttributeKey::kValue));
  if (node.op == Op::kSize) return e_.Index(node.attribute<ir::Dim>(AttributeKey::kDim).value());
  if (node.op == Op::kIota) {
    llvm::Value* index = IndexValue(map[static_cast<size_t>(node.attribute<int64_t>(AttributeKey::kAxis))]);
    return e_.ir().CreateTrunc(index, e_.ComputeType(ir::Element::kI32, Emitter::LanesOf(index)));
  }
  llvm::Value* key = Evaluate(node.operands[0], {}, guards);
  const Linear linear = LinearOf(ir::Values(node.type.shape), map, counters_.size());
  llvm::Value* place = Sum(LinearIndices(linear), QuotientsOf(linear));
  // A key read under a guard is a vector even where the place is not.
  if (Emitter::LanesOf(place) > 1 || Emitter::LanesOf(key) > 1) key = Spread(key), place = Spread(place);
  return EmitUniform(e_, key, place, node.type.element);
}

void Elements::Hoist(Value value, const IndexMap& map, uint64_t axes) {
  std::set<size_t> seen;
  const std::function<void(Value, const IndexMap&)> visit = [&](Value v, const IndexMap& at) {
    const size_t number = Intern(v, at);
    if (!seen.insert(number).second) return;
    const bool ready = std::ranges::all_of(elements_[number].folds, [&](uint32_t f) { return bound_.contains(f); });
    if (ready && (elements_[number].axes & axes) == 0 && !IsContracted(v)) {
      Evaluate(v, at, {});
      return;
    }
    if (HasSegments(function_.node(v))) return;
    for (const Use& use : OperandsOf(v, at)) visit(use.value, use.map);
  };
  visit(value, map);
}

}  // namespace nnc::codegen
