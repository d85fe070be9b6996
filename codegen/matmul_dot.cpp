// Products by dot products along k: kDot.
#include <algorithm>
#include <numeric>

#include "codegen/matmul_tile.h"

namespace nnc::codegen {
namespace {

class DotProducts {
 public:
  DotProducts(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink)
      : e_(emitter), plan_(plan), spec_(plan.spec), operands_(operands), sink_(sink) {}

  // Units are (batch, row unit). Column tiles run outside row tiles: the columns' part of B then stays in the first
  // cache.
  void Emit() {
    const auto share = e_.ThreadShare(spec_.batch * plan_.row_units, plan_.threads);
    e_.For(share.begin, share.end, 1, [&](llvm::Value* unit) {
      batch_ = ir().CreateUDiv(unit, e_.Index(plan_.row_units));
      llvm::Value* row_unit = ir().CreateURem(unit, e_.Index(plan_.row_units));
      tiles_ = TilesOfUnit(e_, plan_.rows.tiles, row_unit, plan_.row_units);
      LocateOperands();
      const int64_t whole = spec_.n - spec_.n % plan_.vectors;
      e_.For(0, whole, plan_.vectors, [&](llvm::Value* column) { EmitRows(column, plan_.vectors); });
      if (whole < spec_.n) EmitRows(e_.Index(whole), spec_.n - whole);
    });
  }

 private:
  llvm::IRBuilder<>& ir() { return e_.ir(); }
  llvm::Value* Times(llvm::Value* value, int64_t number) { return ir().CreateNSWMul(value, e_.Index(number)); }

  // Sets a_ and b_ to the batch's operands with k along the rows, packing those that are stored the other way.
  void LocateOperands() {
    const int64_t a_size = spec_.m * spec_.k, b_size = spec_.n * spec_.k;
    a_ = e_.Advance(operands_.a, Times(batch_, a_size), a_size);
    b_ = e_.Advance(operands_.b, Times(batch_, b_size), b_size);
    if (plan_.pack_a) a_ = Pack(a_, spec_.m, 0);
    if (plan_.pack_b) b_ = Pack(b_, spec_.n, plan_.pack_a ? a_size : 0);
  }

  // Few rows of many elements each, read from [k, rows].
  Pointer Pack(const Pointer& from, int64_t rows, int64_t offset) {
    const Pointer to = e_.Advance(ThreadScratch(e_, plan_, operands_, 0), offset);
    const int64_t whole = spec_.k - spec_.k % plan_.lanes;
    const auto vector = [&](llvm::Value* k, int64_t active) {
      for (int64_t r = 0; r < rows; ++r) {
        const Pointer source = e_.Advance(e_.Advance(from, Times(k, rows), rows), r);
        llvm::Value* value = e_.LoadStrided(source, rows, plan_.lanes, active);
        e_.Store(e_.Advance(e_.Advance(to, r * spec_.k), k, plan_.lanes), value, active);
      }
    };
    e_.For(0, whole, plan_.lanes, [&](llvm::Value* k) { vector(k, plan_.lanes); });
    if (whole < spec_.k) vector(e_.Index(whole), spec_.k - whole);
    return to;
  }

  void EmitRows(llvm::Value* column, int64_t columns) {
    ForTiles(e_, plan_.rows, tiles_.begin, tiles_.end,
             [&](llvm::Value*, llvm::Value* row, int64_t rows) { EmitTile(row, rows, column, columns); });
  }

  // rows x columns dot products at once: consecutive elements of C, as there is one row or all columns.
  void EmitTile(llvm::Value* row, int64_t rows, llvm::Value* column, int64_t columns) {
    const Pointer a = e_.Advance(a_, Times(row, spec_.k), spec_.k);
    const Pointer b = e_.Advance(b_, Times(column, spec_.k), spec_.k);
    const auto step = [&](llvm::Value* k, int64_t active, const Values& carried) {
      Values sums = carried;
      Values lines;
      for (int64_t j = 0; j < columns; ++j) lines.push_back(LoadK(e_.Advance(b, j * spec_.k), k, active));
      for (int64_t i = 0; i < rows; ++i) {
        llvm::Value* line = LoadK(e_.Advance(a, i * spec_.k), k, active);
        for (int64_t j = 0; j < columns; ++j) {
          llvm::Value*& sum = sums[static_cast<size_t>(i * columns + j)];
          sum = e_.MulAdd(line, lines[static_cast<size_t>(j)], sum);
        }
      }
      return sums;
    };
    const int64_t whole = spec_.k - spec_.k % plan_.lanes;
    llvm::Value* zero = e_.Constant(SumElement(spec_.element), 0, plan_.lanes);
    Values sums(static_cast<size_t>(rows * columns), zero);
    sums = e_.ForCarry(0, whole, plan_.lanes, sums,
                       [&](llvm::Value* k, const Values& carried) { return step(k, plan_.lanes, carried); });
    if (whole < spec_.k) sums = step(e_.Index(whole), spec_.k - whole, sums);
    Finish(row, rows, column, columns, SumLanes(e_, sums));
  }

  llvm::Value* LoadK(const Pointer& line, llvm::Value* k, int64_t active) {
    return e_.Load(e_.Advance(line, k, plan_.lanes), plan_.lanes, active);
  }

  void Finish(llvm::Value* row, int64_t rows, llvm::Value* column, int64_t columns, llvm::Value* sums) {
    MatmulPlace place;
    place.batch = batch_;
    place.row = row;
    place.column = rows > 1 ? e_.Index(0) : column;
    llvm::Value* all_rows = ir().CreateNSWAdd(Times(batch_, spec_.m), row);
    place.flat = ir().CreateNSWAdd(Times(all_rows, spec_.n), place.column);
    place.flat_multiple = std::gcd(spec_.n, plan_.lanes);
    place.active = rows * columns;
    place.wraps = rows > 1;
    sink_(place, sums);
  }

  Emitter& e_;
  const MatmulPlan& plan_;
  const MatmulSpec& spec_;
  const MatmulOperands& operands_;
  MatmulSink sink_;
  Pointer a_, b_;

  // The unit being emitted.
  llvm::Value* batch_ = nullptr;
  Emitter::Range tiles_{};
};

}  // namespace

void EmitDotProducts(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink) {
  DotProducts(emitter, plan, operands, sink).Emit();
}

}  // namespace nnc::codegen
