// Indices, loads and stores of elements.
#include <llvm/IR/Constants.h>

#include <algorithm>
#include <functional>

#include "codegen/elements.h"

namespace nnc::codegen {

using ir::Element;
using ir::Value;

Linear LinearOf(const std::vector<int64_t>& shape, const IndexMap& map, size_t axes) {
  Linear linear;
  linear.coefficients.assign(axes, 0);
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    if (map[i].divisor != 1) {
      linear.quotients.push_back({map[i], stride});
    } else {
      linear.offset += stride * map[i].offset;
      for (const AxisIndex::Term& term : map[i].terms) {
        linear.coefficients[static_cast<size_t>(term.axis)] += stride * term.scale;
      }
    }
    stride *= shape[i];
  }
  return linear;
}

Pointer Elements::BaseOf(Value value) {
  const auto buffer = static_cast<size_t>(schedule_.buffer_of[value.index]);
  return e_.Arena(function_.type(value).element, plan_.places[buffer]);
}

llvm::Value* Elements::IndexValue(const AxisIndex& index) {
  llvm::IRBuilder<>& ir = e_.ir();
  llvm::Value* sum = index.constant() ? e_.Index(index.offset) : nullptr;
  for (const AxisIndex::Term& term : index.terms) {
    const bool lanes = lanes_.Has(term.axis);
    const bool listed = lanes && lanes_.column_index != nullptr;
    llvm::Value* counter = counters_[static_cast<size_t>(term.axis)].index;
    if (listed) counter = term.axis == lanes_.row ? lanes_.row_index : lanes_.column_index;
    const int64_t width = Emitter::LanesOf(counter);
    if (term.scale != 1) counter = ir.CreateMul(counter, e_.Splat(e_.Index(term.scale), width));
    sum = Sum(sum, lanes && !listed ? e_.Ramp(counter, term.scale, lanes_.count) : counter);
  }
  if (!index.constant() && index.offset != 0) sum = Sum(sum, e_.Index(index.offset));
  if (index.divisor == 1) return sum;
  return ir.CreateSDiv(sum, e_.Splat(e_.Index(index.divisor), Emitter::LanesOf(sum)));
}

llvm::Value* Elements::QuotientsOf(const Linear& linear) {
  llvm::Value* sum = nullptr;
  for (const Linear::Quotient& part : linear.quotients) {
    llvm::Value* index = IndexValue(part.index);
    const int64_t width = Emitter::LanesOf(index);
    sum = Sum(sum, e_.ir().CreateMul(index, e_.Splat(e_.Index(part.stride), width)));
  }
  return sum;
}

std::optional<int64_t> Elements::LaneStride(const Linear& linear) const {
  const auto along = [&](int axis) { return axis < 0 ? 0 : linear.coefficients[static_cast<size_t>(axis)]; };
  if (lanes_.row < 0) return along(lanes_.axis);
  const int64_t extent = kernel_.axes[static_cast<size_t>(lanes_.axis)].extent;
  if (along(lanes_.row) == along(lanes_.axis) * extent) return along(lanes_.axis);
  return std::nullopt;
}

llvm::Value* Elements::LinearValue(const Linear& linear) {
  llvm::IRBuilder<>& ir = e_.ir();
  llvm::Value* sum = e_.Index(linear.offset);
  for (size_t i = 0; i < linear.coefficients.size(); ++i) {
    if (linear.coefficients[i] == 0) continue;
    sum = ir.CreateAdd(ir.CreateMul(counters_[i].index, e_.Index(linear.coefficients[i])), sum);
  }
  return sum;
}

llvm::Value* Elements::LinearIndices(const Linear& linear) {
  const std::optional<int64_t> stride = LaneStride(linear);
  if (stride) return *stride == 0 ? LinearValue(linear) : e_.Ramp(LinearValue(linear), *stride, lanes_.count);
  llvm::IRBuilder<>& ir = e_.ir();
  Linear rest = linear;
  llvm::Value* sum = nullptr;
  for (int axis : {lanes_.axis, lanes_.row}) {
    llvm::Value* index = axis == lanes_.row ? lanes_.row_index : lanes_.column_index;
    const int64_t coefficient = linear.coefficients[static_cast<size_t>(axis)];
    llvm::Value* part = ir.CreateMul(index, e_.Splat(e_.Index(coefficient), lanes_.count));
    sum = sum == nullptr ? part : ir.CreateAdd(sum, part);
    rest.coefficients[static_cast<size_t>(axis)] = 0;
  }
  return ir.CreateAdd(sum, e_.Splat(LinearValue(rest), lanes_.count));
}

Pointer Elements::Address(const Pointer& base, const Linear& linear) {
  Pointer pointer = linear.offset == 0 ? base : e_.Advance(base, linear.offset);
  for (size_t i = 0; i < linear.coefficients.size(); ++i) {
    const int64_t coefficient = linear.coefficients[i];
    if (coefficient == 0) continue;
    llvm::Value* moved = e_.ir().CreateMul(counters_[i].index, e_.Index(coefficient));
    const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(moved);
    if (constant) {
      pointer = e_.Advance(pointer, constant->getSExtValue());
    } else {
      pointer = e_.Advance(pointer, moved, coefficient * counters_[i].multiple);
    }
  }
  return pointer;
}

// The numerator of the index is tested: where it lies in [0, extent * divisor) and is a multiple of the divisor.
Elements::Inside Elements::Test(const Segment& guard) {
  Inside inside;
  const AxisIndex& index = guard.index;
  int64_t low = index.offset, high = index.offset;
  for (const AxisIndex::Term& term : index.terms) {
    const auto axis = static_cast<size_t>(term.axis);
    const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(counters_[axis].index);
    const int64_t first = constant ? constant->getSExtValue() : 0;
    const bool lanes = lanes_.Has(term.axis);
    const bool one = constant && !lanes;
    const bool block = constant && lanes && lanes_.row < 0;
    const int64_t last = one ? first : block ? first + lanes_.active - 1 : kernel_.axes[axis].extent - 1;
    const int64_t from = one || block ? first : 0;
    low += std::min(term.scale * from, term.scale * last);
    high += std::max(term.scale * from, term.scale * last);
  }
  const int64_t limit = guard.extent * index.divisor;
  const bool whole = index.divisor == 1 || (low == high && low % index.divisor == 0);
  inside.always = low >= 0 && high < limit && whole;
  inside.never = guard.extent == 0 || high < 0 || low >= limit || (low == high && !whole);
  if (inside.always || inside.never) return inside;
  AxisIndex numerator = index;
  numerator.divisor = 1;
  llvm::Value* value = IndexValue(numerator);
  const auto number = [&](int64_t n) { return e_.Splat(e_.Index(n), Emitter::LanesOf(value)); };
  inside.condition = e_.ir().CreateICmpULT(value, number(limit));
  if (index.divisor == 1) return inside;
  llvm::Value* rest = e_.ir().CreateURem(value, number(index.divisor));
  inside.condition = e_.ir().CreateAnd(inside.condition, e_.ir().CreateICmpEQ(rest, number(0)));
  return inside;
}

llvm::Value* Elements::Sum(llvm::Value* a, llvm::Value* b) {
  if (a == nullptr || b == nullptr) return a == nullptr ? b : a;
  if (Emitter::LanesOf(a) != Emitter::LanesOf(b)) {
    a = Spread(a);
    b = Spread(b);
  }
  return e_.ir().CreateAdd(a, b);
}

llvm::Value* Elements::Both(llvm::Value* a, llvm::Value* b) {
  if (a == nullptr) return b;
  if (Emitter::LanesOf(a) != Emitter::LanesOf(b)) {
    a = Spread(a);
    b = Spread(b);
  }
  return e_.ir().CreateAnd(a, b);
}

llvm::Value* Elements::ZeroUnless(llvm::Value* condition, llvm::Value* element) {
  if (Emitter::LanesOf(condition) != Emitter::LanesOf(element)) {
    condition = Spread(condition);
    element = Spread(element);
  }
  return e_.ir().CreateSelect(condition, element, llvm::Constant::getNullValue(element->getType()));
}

// The element at base + linear + moved, `moved` being an i64, or a vector of them, or null. Where a guard does not hold
// nothing outside the tensor is touched, and the element is 0.
llvm::Value* Elements::LoadAt(const Pointer& base, const Linear& linear, llvm::Value* moved, const Guards& guards) {
  moved = Sum(moved, QuotientsOf(linear));
  llvm::Value* condition = nullptr;
  for (const Segment& guard : guards) {
    const Inside inside = Test(guard);
    if (!inside.always) condition = Both(condition, inside.condition);
  }
  const std::optional<int64_t> stride = LaneStride(linear);
  const bool gathered = !stride || (moved != nullptr && Emitter::LanesOf(moved) > 1);
  if (condition == nullptr && !gathered) {
    Pointer pointer = Address(base, linear);
    if (moved != nullptr) pointer = e_.Advance(pointer, moved);
    return *stride == 0 ? e_.Load(pointer) : e_.LoadStrided(pointer, *stride, lanes_.count, lanes_.active);
  }
  if (condition != nullptr && !gathered && *stride == 1) {
    Pointer pointer = Address(base, linear);
    if (moved != nullptr) pointer = e_.Advance(pointer, moved);
    llvm::Value* mask = Both(Spread(condition), e_.PrefixMask(lanes_.active, lanes_.count));
    return e_.LoadMasked(pointer, lanes_.count, mask);
  }
  llvm::Value* place = Sum(LinearIndices(linear), moved);
  if (condition != nullptr) place = ZeroUnless(condition, place);
  llvm::Value* element =
      Emitter::LanesOf(place) > 1 ? e_.Gather(base, place, lanes_.active) : e_.Load(e_.Advance(base, place));
  return condition == nullptr ? element : ZeroUnless(condition, element);
}

void Elements::Write(const Store& store, llvm::Value* element) {
  const ir::Type& type = function_.type(store.value);
  const Pointer base = e_.Arena(type.element, plan_.places[static_cast<size_t>(store.buffer)]);
  const Linear linear = LinearOf(ir::Values(type.shape), store.map, counters_.size());
  const std::optional<int64_t> stride = LaneStride(linear);
  if (stride && *stride == 0) {
    if (Emitter::LanesOf(element) > 1) element = e_.ir().CreateExtractElement(element, uint64_t{0});
    return e_.Store(Address(base, linear), element);
  }
  if (stride) return e_.StoreStrided(Address(base, linear), Spread(element), *stride, lanes_.active);
  llvm::Value* places = LinearIndices(linear);
  element = Spread(element);
  for (int64_t lane = 0; lane < lanes_.active; ++lane) {
    llvm::Value* place = e_.ir().CreateExtractElement(places, static_cast<uint64_t>(lane));
    e_.Store(e_.Advance(base, place), e_.ir().CreateExtractElement(element, static_cast<uint64_t>(lane)));
  }
}

std::vector<Use> Elements::SourcesOf(const Store& store) {
  std::vector<Use> sources;
  std::set<size_t> seen;
  const std::function<void(Value, const IndexMap&)> visit = [&](Value value, const IndexMap& map) {
    if (!seen.insert(Intern(value, map)).second) return;
    if (!kernel_.Contains(value)) sources.push_back({value, map});
    for (const Use& use : OperandsOf(value, map)) visit(use.value, use.map);
  };
  visit(store.value, store.map);
  return sources;
}

void Elements::Prefetch() {
  const int64_t elements = function_.type(kernel_.root).elements();
  std::set<std::pair<ArenaPlace, std::vector<int64_t>>> fetched;
  const auto fetch = [&](const Use& use, int buffer, bool write) {
    const ir::Type& type = function_.type(use.value);
    if (type.elements() != elements || 2 * type.bytes() <= e_.target().l2_bytes) return;
    const Linear linear = LinearOf(ir::Values(type.shape), use.map, counters_.size());
    const ArenaPlace& place = plan_.places[static_cast<size_t>(buffer)];
    if (!linear.quotients.empty() || !fetched.insert({place, linear.coefficients}).second) return;
    e_.Prefetch(Address(e_.Arena(type.element, place), linear), write);
  };
  for (const Store& store : kernel_.stores) fetch({store.value, store.map}, store.buffer, true);
  for (const Store& store : kernel_.stores) {
    for (const Use& use : SourcesOf(store)) fetch(use, schedule_.buffer_of[use.value.index], false);
  }
}

}  // namespace nnc::codegen
