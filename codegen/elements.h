// Elements of values inside a kernel: computes any value at any index from what is in memory, each element once.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "codegen/buffers.h"
#include "codegen/emitter.h"
#include "codegen/schedule.h"

namespace nnc::codegen {

// The counter of one axis while code is emitted.
struct Counter {
  llvm::Value* index = nullptr;  // i64; of lane 0 where the axis lies along the lanes
  int64_t multiple = 1;          // a number known to divide `index`
};

// How the vector lanes lie in the axes at the moment, and how many of them are in use.
struct Lanes {
  int64_t count = 1;
  int64_t active = 1;
  int axis = -1;  // along the lanes; -1: none, everything is scalar
  // Where lanes go on into the next row (a narrow product): the axis of rows, and the index of each lane along `axis`
  // and `row`.
  int row = -1;
  llvm::Value* column_index = nullptr;  // i64 vectors
  llvm::Value* row_index = nullptr;

  bool Has(int a) const { return a >= 0 && (a == axis || a == row); }
};

// offset + sum of coefficients[axis] * counter(axis) + sum of stride * index: the place of an element in a row-major
// tensor.
struct Linear {
  // An index that is divided, so that it is no sum of counters.
  struct Quotient {
    AxisIndex index;
    int64_t stride = 0;
  };
  int64_t offset = 0;
  std::vector<int64_t> coefficients;
  std::vector<Quotient> quotients;
};
Linear LinearOf(const std::vector<int64_t>& shape, const IndexMap& map, size_t axes);

// Evaluates elements of a kernel's values at the current counters. An element that does not depend on the lanes' axis
// is a scalar. What was computed is remembered until the loop it was computed in ends.
class Elements {
 public:
  Elements(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel);

  Emitter& emitter() { return e_; }

  void SetCounter(int axis, Counter counter) { counters_[static_cast<size_t>(axis)] = counter; }
  void SetLanes(const Lanes& lanes) { lanes_ = lanes; }
  const Lanes& lanes() const { return lanes_; }

  // Gives the element of a reduction or product at the current counters, in place of computing it.
  void Bind(ir::Value value, llvm::Value* element) { bound_[value.index] = element; }
  void Unbind(ir::Value value) { bound_.erase(value.index); }
  // The element of `value` at `map`: a scalar, or a vector where it depends on the lanes' axis.
  llvm::Value* At(ir::Value value, const IndexMap& map);
  // Whether `value` is a product that is rounded together with the sum that reads it (contraction.h), and its factors.
  bool IsContracted(ir::Value value) const { return contracted_.contains(value); }
  Values FactorsAt(ir::Value product, const IndexMap& map);
  // The same in all lanes.
  llvm::Value* VectorAt(ir::Value value, const IndexMap& map) { return Spread(At(value, map)); }
  llvm::Value* Spread(llvm::Value* element);
  // Evaluates now whatever At(value, map) needs that does not depend on `axes` (a bit set), so that a loop over them
  // does not repeat it. What needs a reduction or product that is not bound yet is left.
  void Hoist(ir::Value value, const IndexMap& map, uint64_t axes);
  // Writes an element of a store of the kernel.
  void Write(const Store& store, llvm::Value* element);
  // Asks for the memory that the kernel's stores read and write at the current counters: that of values with the root's
  // elements which the second-level cache does not hold beside others.
  void Prefetch();
  // The index as an i64 scalar, or a vector where its axis lies along the lanes.
  llvm::Value* IndexValue(const AxisIndex& index);
  // The start of a value in memory.
  Pointer BaseOf(ir::Value value);

  // What is remembered after OpenScope is forgotten by CloseScope. Every loop body that runs more than once needs one.
  void OpenScope() { scopes_.emplace_back(); }
  void CloseScope();

 private:
  // Segments that indices must lie in for the element to exist; elsewhere it reads as 0.
  using Guards = std::vector<Segment>;
  // A value at a map, and the counters and bound values it depends on.
  struct Element {
    ir::Value value;
    IndexMap map;
    uint64_t axes = 0;
    std::vector<uint32_t> folds;  // reductions and products in it
  };
  using Key = std::tuple<size_t, Guards, std::vector<llvm::Value*>, int64_t>;

  size_t Intern(ir::Value value, const IndexMap& map);
  // Operands of a member that is computed by its elements, with their maps.
  std::vector<Use> OperandsOf(ir::Value value, const IndexMap& map) const;
  bool IsFold(ir::Value value) const;
  Key KeyOf(size_t element, const Guards& guards) const;

  llvm::Value* Evaluate(ir::Value value, const IndexMap& map, const Guards& guards);
  Values EvaluateOperands(const ir::Node& node, const IndexMap& map, const Guards& guards);
  Values SpreadAlike(Values elements);  // in all lanes, if any of them is a vector
  llvm::Value* Compute(ir::Value value, const IndexMap& map, const Guards& guards);
  llvm::Value* ComputeElementwise(const ir::Node& node, const IndexMap& map, const Guards& guards);
  llvm::Value* ComputeMulAdd(const ir::Node& sum, size_t product, const IndexMap& map, const Guards& guards);
  llvm::Value* ComputeSegments(const ir::Node& node, const IndexMap& map, const Guards& guards);
  llvm::Value* ComputeTake(const ir::Node& node, const IndexMap& map, const Guards& guards);
  llvm::Value* ComputeSource(const ir::Node& node, const IndexMap& map, const Guards& guards);
  llvm::Value* LoadAt(const Pointer& base, const Linear& linear, llvm::Value* moved, const Guards& guards);

  // The sum of its quotients, as an i64 or a vector; null where it has none.
  llvm::Value* QuotientsOf(const Linear& linear);
  // `linear` without its quotients as an i64: of lane 0, or of each lane.
  llvm::Value* LinearValue(const Linear& linear);
  llvm::Value* LinearIndices(const Linear& linear);
  Pointer Address(const Pointer& base, const Linear& linear);
  // What an element of a store is computed from, as far as it lies in memory.
  std::vector<Use> SourcesOf(const Store& store);
  // Elements between neighbouring lanes; nullopt where they are not evenly spaced.
  std::optional<int64_t> LaneStride(const Linear& linear) const;
  // Whether an index lies in its segment: always, never, or by an i1 (scalar or vector).
  struct Inside {
    bool always = false, never = false;
    llvm::Value* condition = nullptr;
  };
  Inside Test(const Segment& guard);
  llvm::Value* Both(llvm::Value* a, llvm::Value* b);  // and, of scalars or vectors; a may be null
  llvm::Value* Sum(llvm::Value* a, llvm::Value* b);   // of scalars or vectors; either may be null
  llvm::Value* ZeroUnless(llvm::Value* condition, llvm::Value* element);

  Emitter& e_;
  const Schedule& schedule_;
  const ir::Function& function_;
  const BufferPlan& plan_;
  const Kernel& kernel_;
  const std::set<ir::Value> contracted_;
  std::vector<Counter> counters_;
  Lanes lanes_;
  std::vector<Element> elements_;
  std::map<std::pair<ir::Value, IndexMap>, size_t> numbers_;
  std::map<Key, llvm::Value*> known_;
  std::map<uint32_t, llvm::Value*> bound_;
  std::vector<std::vector<Key>> scopes_;
};

}  // namespace nnc::codegen
