#include "codegen/memory_kernels.h"

#include <functional>
#include <map>

#include "codegen/elements.h"

namespace nnc::codegen {
namespace {

class ScatterEmitter {
 public:
  ScatterEmitter(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel)
      : e_(emitter),
        function_(*schedule.function),
        node_(function_.node(kernel.root)),
        kernel_(kernel),
        out_(emitter.Arena(node_.type.element, plan.places[static_cast<size_t>(kernel.stores[0].buffer)])),
        elements_(emitter, schedule, plan, kernel) {
    for (size_t axis = 0; axis < kernel.axes.size(); ++axis)
      elements_.SetCounter(static_cast<int>(axis), {e_.Index(0), 1});
  }

  void Run() {
    std::vector<int> base, rows, inner;
    for (const AxisIndex& index : kernel_.root_map) {
      if (!index.constant()) base.push_back(index.counter());
    }
    inner = base;
    if (!kernel_.root_map[0].constant()) inner.erase(inner.begin());
    rows = kernel_.folded;
    if (node_.type.elements() == 0) return;
    Walk(base, 0, [&] { Put(elements_.At(node_.operands[0], kernel_.root_map), nullptr); });
    Walk(rows, 0, [&] { AddRow(inner); });
  }

 private:
  // The place in the result at the current counters; of the row `id` (i64) where it is given.
  Pointer Place(llvm::Value* id) {
    IndexMap map = kernel_.root_map;
    if (id != nullptr) map[0] = {};
    const std::vector<int64_t> shape = ir::Values(node_.type.shape);
    int64_t row = 1;
    for (size_t i = 1; i < shape.size(); ++i) row *= shape[i];
    const Linear linear = LinearOf(shape, map, kernel_.axes.size());
    Pointer pointer = out_;
    for (size_t axis = 0; axis < kernel_.axes.size(); ++axis) {
      if (linear.coefficients[axis] == 0) continue;
      llvm::Value* moved = e_.ir().CreateMul(counters_[static_cast<int>(axis)], e_.Index(linear.coefficients[axis]));
      pointer = e_.Advance(pointer, moved);
    }
    return id == nullptr ? pointer : e_.Advance(pointer, e_.ir().CreateMul(id, e_.Index(row)));
  }

  void Put(llvm::Value* element, llvm::Value* id) {
    e_.Store(Place(id), elements_.Spread(element), elements_.lanes().active);
  }

  void AddRow(const std::vector<int>& inner) {
    llvm::IRBuilder<>& ir = e_.ir();
    llvm::Value* id = elements_.At(node_.operands[1], IdMap());
    id = e_.Convert(id, function_.type(node_.operands[1]).element, ir::Element::kI64);
    const int64_t rows = ir::Values(node_.type.shape)[0];
    e_.If(ir.CreateICmpULT(id, e_.Index(rows)), [&] {
      elements_.OpenScope();
      Walk(inner, 0, [&] {
        llvm::Value* row = elements_.VectorAt(node_.operands[2], RowMap());
        const Lanes& lanes = elements_.lanes();
        Put(e_.Add(e_.Load(Place(id), lanes.count, lanes.active), row), id);
      });
      elements_.CloseScope();
    });
  }

  IndexMap IdMap() const {
    return IdentityMap(ShapeOf(function_, node_.operands[1]),
                       static_cast<int>(kernel_.axes.size() - kernel_.folded.size()));
  }

  IndexMap RowMap() const {
    IndexMap map = IdMap();
    map.insert(map.end(), kernel_.root_map.begin() + 1, kernel_.root_map.end());
    return map;
  }

  // Loops over axes, the last in vectors where it is the last of the base.
  void Walk(const std::vector<int>& axes, size_t depth, const std::function<void()>& body) {
    if (depth == axes.size()) return body();
    const int axis = axes[depth];
    const int64_t extent = kernel_.axes[static_cast<size_t>(axis)].extent;
    const bool along = !kernel_.axes[static_cast<size_t>(axis)].reduced && axis == kernel_.root_map.back().counter();
    const int64_t lanes = along ? e_.target().Lanes(ir::Element::kF32) : 1;
    const auto step = [&](llvm::Value* i, int64_t active) {
      elements_.OpenScope();
      counters_[axis] = i;
      elements_.SetCounter(axis, {i, lanes});
      Lanes wide;
      wide.count = lanes;
      wide.active = active;
      wide.axis = axis;
      elements_.SetLanes(along ? wide : Lanes{});
      Walk(axes, depth + 1, body);
      elements_.SetLanes({});
      elements_.CloseScope();
    };
    const int64_t whole = extent / lanes * lanes;
    e_.For(0, whole, lanes, [&](llvm::Value* i) { step(i, lanes); });
    if (whole < extent) step(e_.Index(whole), extent - whole);
  }

  Emitter& e_;
  const ir::Function& function_;
  const ir::Node& node_;
  const Kernel& kernel_;
  const Pointer out_;
  Elements elements_;
  std::map<int, llvm::Value*> counters_;
};

}  // namespace

void EmitScatter(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel) {
  ScatterEmitter(emitter, schedule, plan, kernel).Run();
}

void EmitCopy(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel) {
  const auto from = static_cast<size_t>(kernel.reads[0]);
  const auto to = static_cast<size_t>(kernel.stores[0].buffer);
  CopyBytes(emitter, plan.places[from], plan.places[to], schedule.buffers[to].type.bytes());
}

void CopyBytes(Emitter& emitter, const BufferPlan::Place& from, const BufferPlan::Place& to, int64_t bytes) {
  const Pointer source = emitter.Arena(ir::Element::kU8, from);
  const Pointer target = emitter.Arena(ir::Element::kU8, to);
  const auto align = [](const Pointer& pointer) { return llvm::MaybeAlign(static_cast<uint64_t>(pointer.alignment)); };
  emitter.ir().CreateMemCpy(target.address, align(target), source.address, align(source), static_cast<uint64_t>(bytes));
}

}  // namespace nnc::codegen
