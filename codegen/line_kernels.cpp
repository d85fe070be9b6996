#include "codegen/line_kernels.h"

#include <algorithm>

#include "codegen/elementwise.h"

namespace nnc::codegen {
namespace {

using ir::AttributeKey;
using ir::Element;
using ir::Op;

// A row-major tensor as [outer, extent, inner], `extent` being that of the axis: a line is one place of outer and
// inner.
struct Lines {
  int64_t outer = 1, extent = 1, inner = 1;
};

Lines LinesOf(const ir::Node& node) {
  const std::vector<int64_t> shape = ir::Values(node.type.shape);
  const auto axis = static_cast<size_t>(node.attribute<int64_t>(AttributeKey::kAxis));
  Lines lines;
  lines.extent = shape[axis];
  for (size_t i = 0; i < axis; ++i) lines.outer *= shape[i];
  for (size_t i = axis + 1; i < shape.size(); ++i) lines.inner *= shape[i];
  return lines;
}

class LineEmitter {
 public:
  LineEmitter(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel, int threads)
      : e_(emitter),
        node_(schedule.function->node(kernel.root)),
        from_(schedule.function->type(node_.operands[0]).element),
        lines_(LinesOf(node_)),
        threads_(threads) {
    const auto place = [&](int buffer, Element element) {
      return emitter.Arena(element, plan.places[static_cast<size_t>(buffer)]);
    };
    x_ = place(kernel.reads[0], from_);
    for (const Store& store : kernel.stores) results_.push_back(place(store.buffer, node_.type.element));
  }

  void RunningSums() {
    const int64_t lanes = lines_.inner == 1 ? 1 : e_.target().Lanes(Sums());
    const int64_t blocks = (lines_.inner + lanes - 1) / lanes;
    const int64_t tail = lines_.inner - (blocks - 1) * lanes;
    ForUnits(lines_.outer * blocks, [&](llvm::Value* unit) {
      llvm::Value* block = e_.ir().CreateURem(unit, e_.Index(blocks));
      llvm::Value* first = e_.ir().CreateAdd(
          e_.ir().CreateMul(e_.ir().CreateUDiv(unit, e_.Index(blocks)), e_.Index(lines_.extent * lines_.inner)),
          e_.ir().CreateMul(block, e_.Index(lanes)));
      if (tail == lanes) return RunningSum(first, lanes, nullptr);
      llvm::Value* last = e_.ir().CreateICmpEQ(block, e_.Index(blocks - 1));
      llvm::Value* active = e_.ir().CreateSelect(last, e_.Index(tail), e_.Index(lanes));
      RunningSum(first, lanes, e_.PrefixMask(active, lanes));
    });
  }

  void Orders(int64_t scratch) {
    ForUnits(lines_.outer * lines_.inner, [&](llvm::Value* line) {
      llvm::Value* outer = e_.ir().CreateUDiv(line, e_.Index(lines_.inner));
      llvm::Value* first = e_.ir().CreateAdd(e_.ir().CreateMul(outer, e_.Index(lines_.extent * lines_.inner)),
                                             e_.ir().CreateURem(line, e_.Index(lines_.inner)));
      Order(first, scratch);
    });
  }

 private:
  // One call for each of `units` independent pieces, shared among the threads.
  void ForUnits(int64_t units, llvm::function_ref<void(llvm::Value*)> body) {
    if (units == 0 || lines_.extent == 0) return;
    const Emitter::Range share = e_.ThreadShare(units, threads_);
    e_.For(share.begin, share.end, 1, body);
  }

  // What a running sum is kept in.
  Element Sums() const { return ir::IsFloat(from_) ? Element::kF64 : from_; }

  // Element `i` (i64) of the line that begins at element `first` of the tensor.
  Pointer At(const Pointer& base, llvm::Value* first, llvm::Value* i) {
    return e_.Advance(base, e_.ir().CreateAdd(first, e_.ir().CreateMul(i, e_.Index(lines_.inner))));
  }

  // `lanes` lines side by side; those outside `mask` (null: none) are not touched.
  void RunningSum(llvm::Value* first, int64_t lanes, llvm::Value* mask) {
    e_.ForCarry(0, lines_.extent, 1, {e_.Constant(Sums(), 0, lanes)}, [&](llvm::Value* i, const Values& sum) {
      const Pointer place = At(x_, first, i);
      llvm::Value* x = mask == nullptr ? e_.Load(place, lanes) : e_.LoadMasked(place, lanes, mask);
      llvm::Value* next = e_.Add(sum[0], e_.Convert(x, from_, Sums()));
      llvm::Value* result = e_.Convert(next, Sums(), from_);
      for (const Pointer& base : results_) {
        const Pointer to = At(base, first, i);
        mask == nullptr ? e_.Store(to, result) : e_.StoreMasked(to, result, mask);
      }
      return Values{next};
    });
  }

  void Order(llvm::Value* first, int64_t scratch) {
    const int64_t extent = lines_.extent;
    llvm::Value* own = e_.ir().CreateMul(e_.arguments().thread, e_.Index(2 * extent));
    Pointer from = e_.Advance(e_.Arena(Element::kI32, scratch), own, 2 * extent);
    Pointer to = e_.Advance(from, extent);
    e_.For(0, extent, 1, [&](llvm::Value* i) { e_.Store(e_.Advance(from, i), Narrow(i)); });
    for (int64_t run = 1; run < extent; run *= 2) {
      e_.For(0, extent, 2 * run, [&](llvm::Value* start) { Merge(first, from, to, start, run); });
      std::swap(from, to);
    }
    e_.For(0, extent, 1, [&](llvm::Value* i) {
      for (const Pointer& base : results_) e_.Store(At(base, first, i), e_.Load(e_.Advance(from, i)));
    });
  }

  llvm::Value* Narrow(llvm::Value* index) { return e_.ir().CreateTrunc(index, e_.ir().getInt32Ty()); }

  // Two neighbouring runs of up to `run` indices into one. The next index comes from the left run unless that is at its
  // end or the right one's element belongs before it; reads beyond a run's end are moved inside and not used.
  void Merge(llvm::Value* first, const Pointer& from, const Pointer& to, llvm::Value* start, int64_t run) {
    llvm::IRBuilder<>& ir = e_.ir();
    const auto bounded = [&](int64_t length) {
      llvm::Value* end = ir.CreateAdd(start, e_.Index(length));
      return ir.CreateBinaryIntrinsic(llvm::Intrinsic::smin, end, e_.Index(lines_.extent));
    };
    llvm::Value* middle = bounded(run);
    llvm::Value* end = bounded(2 * run);
    const auto index_at = [&](llvm::Value* at) {
      at = ir.CreateBinaryIntrinsic(llvm::Intrinsic::smin, at, e_.Index(lines_.extent - 1));
      return e_.Load(e_.Advance(from, at));
    };
    e_.ForCarry(start, end, 1, {start, middle}, [&](llvm::Value* place, const Values& next) {
      llvm::Value* left = index_at(next[0]);
      llvm::Value* right = index_at(next[1]);
      llvm::Value* right_first = ir.CreateAnd(ir.CreateICmpSLT(next[1], end), Precedes(first, right, left));
      llvm::Value* take_right = ir.CreateOr(ir.CreateICmpSGE(next[0], middle), right_first);
      e_.Store(e_.Advance(to, place), ir.CreateSelect(take_right, right, left));
      llvm::Value* one = ir.CreateZExt(take_right, ir.getInt64Ty());
      return Values{ir.CreateAdd(next[0], ir.CreateSub(e_.Index(1), one)), ir.CreateAdd(next[1], one)};
    });
  }

  // Whether the element at index `i` of the line belongs strictly before that at `j`; NaN is the greatest.
  llvm::Value* Precedes(llvm::Value* first, llvm::Value* i, llvm::Value* j) {
    llvm::IRBuilder<>& ir = e_.ir();
    const auto element = [&](llvm::Value* index) {
      return e_.Load(At(x_, first, ir.CreateZExt(index, ir.getInt64Ty())));
    };
    Values pair = {element(i), element(j)};
    if (node_.attribute<bool>(AttributeKey::kDescending)) std::swap(pair[0], pair[1]);
    llvm::Value* less = EmitLt({e_, from_, Element::kBool, pair});
    if (!ir::IsFloat(from_)) return less;
    llvm::Value* only_second_nan = ir.CreateAnd(ir.CreateFCmpUNO(pair[1], pair[1]), ir.CreateFCmpORD(pair[0], pair[0]));
    return ir.CreateOr(less, only_second_nan);
  }

  Emitter& e_;
  const ir::Node& node_;
  const Element from_;
  const Lines lines_;
  const int threads_;
  Pointer x_;
  std::vector<Pointer> results_;
};

}  // namespace

int64_t LineScratchBytes(const ir::Node& root) {
  return root.op == Op::kArgSort ? 2 * LinesOf(root).extent * ir::ByteSize(Element::kI32) : 0;
}

void EmitLines(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel, int threads,
               int64_t scratch) {
  LineEmitter lines(emitter, schedule, plan, kernel, threads);
  schedule.function->node(kernel.root).op == Op::kCumSum ? lines.RunningSums() : lines.Orders(scratch);
}

}  // namespace nnc::codegen
