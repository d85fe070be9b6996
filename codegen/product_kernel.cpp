#include "codegen/product_kernel.h"

#include <algorithm>

#include "codegen/elements.h"

namespace nnc::codegen {
namespace {

using ir::AttributeKey;

class ProductEmitter {
 public:
  ProductEmitter(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel)
      : e_(emitter),
        node_(schedule.function->node(kernel.root)),
        kernel_(kernel),
        elements_(emitter, schedule, plan, kernel),
        shape_(ir::Values(node_.type.shape)) {
    for (size_t axis = 0; axis < kernel.axes.size(); ++axis)
      elements_.SetCounter(static_cast<int>(axis), {e_.Index(0), 1});
  }

  void Run(const MatmulPlan& product, int64_t scratch) {
    if (node_.type.elements() == 0) return;
    uint64_t all = 0;
    for (size_t axis = 0; axis < kernel_.axes.size(); ++axis) all |= uint64_t{1} << axis;
    for (const Store& store : kernel_.stores) elements_.Hoist(store.value, store.map, all);
    const MatmulOperands operands{elements_.BaseOf(kernel_.operands[0].source),
                                  elements_.BaseOf(kernel_.operands[1].source),
                                  product.scratch_bytes() > 0 ? e_.Arena(ir::Element::kU8, scratch) : Pointer{}};
    EmitMatmul(
        e_, product, operands, [&](const MatmulPlace& place, llvm::Value* sums) { Sink(place, sums); },
        [&](const MatmulPlace& place) { Prefetch(place); });
  }

 private:
  // The axis that a dimension of the product runs along, the inner one where it is split into several; -1 for none.
  int AxisOf(size_t dimension) const {
    for (const AxisIndex::Term& term : kernel_.root_map[dimension].terms) {
      if (term.scale == 1) return term.axis;
    }
    return -1;
  }

  void Sink(const MatmulPlace& place, llvm::Value* sums) {
    elements_.OpenScope();
    SetCounters(place);
    SetLanes(place, Emitter::LanesOf(sums));
    elements_.Bind(kernel_.root, e_.Round(sums, node_.type.element));
    std::vector<llvm::Value*> values;
    for (const Store& store : kernel_.stores) values.push_back(elements_.At(store.value, store.map));
    for (size_t i = 0; i < values.size(); ++i) elements_.Write(kernel_.stores[i], values[i]);
    elements_.CloseScope();
  }

  void Prefetch(const MatmulPlace& place) {
    SetCounters(place);
    elements_.Prefetch();
  }

  void SetCounters(const MatmulPlace& place) {
    const size_t rank = shape_.size();
    SetParts(rank - 2, place.row);
    SetParts(rank - 1, place.column);
    llvm::Value* batch = place.batch;
    for (size_t i = rank - 2; i-- > 0;) {
      if (shape_[i] == 1) continue;
      llvm::Value* extent = e_.Index(shape_[i]);
      SetParts(i, e_.ir().CreateURem(batch, extent));
      batch = e_.ir().CreateUDiv(batch, extent);
    }
  }

  // Gives the axes that an index of the product is made of their counters: its digits, the least first.
  void SetParts(size_t dimension, llvm::Value* index) {
    std::vector<AxisIndex::Term> terms = kernel_.root_map[dimension].terms;
    std::ranges::sort(terms, {}, &AxisIndex::Term::scale);
    for (size_t i = 0; i < terms.size(); ++i) {
      const bool last = i + 1 == terms.size();
      llvm::Value* extent = e_.Index(kernel_.axes[static_cast<size_t>(terms[i].axis)].extent);
      elements_.SetCounter(terms[i].axis, {last ? index : e_.ir().CreateURem(index, extent), 1});
      if (!last) index = e_.ir().CreateUDiv(index, extent);
    }
  }

  void SetLanes(const MatmulPlace& place, int64_t count) {
    const size_t rank = shape_.size();
    Lanes lanes;
    lanes.count = count;
    lanes.active = place.active;
    if (count == 1) return elements_.SetLanes({});
    lanes.axis = AxisOf(rank - 1);
    if (lanes.axis < 0) lanes.axis = AxisOf(rank - 2);  // one column: the lanes go along the rows
    if (place.wraps && AxisOf(rank - 1) >= 0 && AxisOf(rank - 2) >= 0) Wrap(lanes, place);
    elements_.SetLanes(lanes);
  }

  void Wrap(Lanes& lanes, const MatmulPlace& place) {
    const int64_t columns = shape_.back(), first = llvm::cast<llvm::ConstantInt>(place.column)->getSExtValue();
    std::vector<llvm::Constant*> column, row;
    for (int64_t lane = first; lane < first + lanes.count; ++lane) {
      column.push_back(e_.ir().getInt64(static_cast<uint64_t>(lane % columns)));
      row.push_back(e_.ir().getInt64(static_cast<uint64_t>(lane / columns)));
    }
    lanes.row = AxisOf(shape_.size() - 2);
    lanes.column_index = llvm::ConstantVector::get(column);
    lanes.row_index = e_.ir().CreateAdd(e_.Splat(place.row, lanes.count), llvm::ConstantVector::get(row));
  }

  Emitter& e_;
  const ir::Node& node_;
  const Kernel& kernel_;
  Elements elements_;
  const std::vector<int64_t> shape_;
};

}  // namespace

MatmulSpec SpecOf(const ir::Function& function, const Kernel& kernel) {
  const ir::Node& node = function.node(kernel.root);
  const std::vector<int64_t> a = ShapeOf(function, node.operands[0]);
  const std::vector<int64_t> shape = ir::Values(node.type.shape);
  MatmulSpec spec;
  spec.transpose_a = node.attribute<bool>(AttributeKey::kTransposeA);
  spec.transpose_b = node.attribute<bool>(AttributeKey::kTransposeB);
  for (size_t i = 0; i + 2 < shape.size(); ++i) spec.batch *= shape[i];
  spec.m = shape[shape.size() - 2];
  spec.n = shape.back();
  spec.k = spec.transpose_a ? a[a.size() - 2] : a.back();
  spec.element = node.type.element;
  spec.a = kernel.operands[0].layout;
  spec.b = kernel.operands[1].layout;
  spec.epilogue = static_cast<int64_t>(kernel.stores.size());
  for (const ir::Value member : kernel.members) {
    if (member != kernel.root && !IsRecomputed(function, function.node(member))) {
      spec.epilogue += CostOf(function.node(member));
    }
  }
  return spec;
}

void EmitProduct(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel,
                 const MatmulPlan& product, int64_t scratch) {
  ProductEmitter(emitter, schedule, plan, kernel).Run(product, scratch);
}

}  // namespace nnc::codegen
