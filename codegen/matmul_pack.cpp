// Transposing an operand into scratch memory.
#include <llvm/IR/Intrinsics.h>

#include <algorithm>

#include "codegen/matmul_tile.h"

namespace nnc::codegen {
namespace {

// The square in `rows` transposed: for each bit of the index, blocks off the diagonal change places (Eklundh, "A fast
// computer method for matrix transposing", IEEE Transactions on Computers C-21, 1972).
void TransposeSquare(Emitter& e, Values& rows) {
  const auto lanes = static_cast<int64_t>(rows.size());
  for (int64_t h = lanes / 2; h >= 1; h /= 2) {
    std::vector<int> upper, lower;
    for (int64_t l = 0; l < lanes; ++l) {
      upper.push_back(static_cast<int>((l & h) ? lanes + l - h : l));
      lower.push_back(static_cast<int>((l & h) ? lanes + l : l + h));
    }
    for (int64_t i = 0; i < lanes; ++i) {
      if (i & h) continue;
      llvm::Value*& a = rows[static_cast<size_t>(i)];
      llvm::Value*& b = rows[static_cast<size_t>(i + h)];
      llvm::Value* first = e.ir().CreateShuffleVector(a, b, upper);
      b = e.ir().CreateShuffleVector(a, b, lower);
      a = first;
    }
  }
}

// Element (j, i) of `rows` of the source for j < `columns`, i < `lanes` to row i, column j of the target.
void PackSquare(Emitter& e, const Pointer& from, int64_t from_stride, const Pointer& to, int64_t to_stride,
                int64_t columns, int64_t lanes) {
  Values rows;
  for (int64_t j = 0; j < lanes; ++j) {
    rows.push_back(e.Load(e.Advance(from, std::min(j, columns - 1) * from_stride), lanes));
  }
  TransposeSquare(e, rows);
  for (int64_t i = 0; i < lanes; ++i) e.Store(e.Advance(to, i * to_stride), rows[static_cast<size_t>(i)]);
}

// A strip of at most `lanes` columns. The last square overlaps the one before where k is no multiple of the lanes:
// copying twice costs less than another shape of code.
void PackStrip(Emitter& e, const Pointer& from, int64_t from_stride, const Pointer& to, int64_t to_stride,
               llvm::Value* k, int64_t columns, int64_t lanes) {
  const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(k);
  if (constant && constant->getSExtValue() < lanes) {
    for (int64_t i = 0; i < constant->getSExtValue(); ++i) {
      e.Store(e.Advance(to, i * to_stride), e.LoadStrided(e.Advance(from, i), from_stride, lanes, columns));
    }
    return;
  }
  e.For(e.Index(0), k, lanes, [&](llvm::Value* step) {
    const bool even = constant && constant->getSExtValue() % lanes == 0;
    llvm::Value* last = e.ir().CreateNSWSub(k, e.Index(lanes));
    llvm::Value* i = even ? step : e.ir().CreateBinaryIntrinsic(llvm::Intrinsic::smin, step, last);
    PackSquare(e, e.Advance(from, i, even ? lanes : 1), from_stride,
               e.Advance(to, e.ir().CreateNSWMul(i, e.Index(to_stride)), to_stride), to_stride, columns, lanes);
  });
}

}  // namespace

void PackTransposed(Emitter& e, const Pointer& from, int64_t from_stride, const Pointer& to, int64_t to_stride,
                    llvm::Value* k, int64_t columns, int64_t lanes) {
  const int64_t whole = columns - columns % lanes;
  e.For(0, whole, lanes, [&](llvm::Value* j) {
    const Pointer source = e.Advance(from, e.ir().CreateNSWMul(j, e.Index(from_stride)), lanes * from_stride);
    PackStrip(e, source, from_stride, e.Advance(to, j, lanes), to_stride, k, lanes, lanes);
  });
  if (whole == columns) return;
  PackStrip(e, e.Advance(from, whole * from_stride), from_stride, e.Advance(to, whole), to_stride, k, columns - whole,
            lanes);
}

void PackCopied(Emitter& e, const Pointer& from, int64_t from_stride, const Pointer& to, int64_t to_stride,
                int64_t rows, int64_t columns, int64_t lanes) {
  constexpr int64_t kUnroll = 4;
  const int64_t whole = columns - columns % lanes;
  e.For(
      0, rows, 1,
      [&](llvm::Value* row) {
        const Pointer source = e.Advance(from, e.ir().CreateNSWMul(row, e.Index(from_stride)), from_stride);
        const Pointer target = e.Advance(to, e.ir().CreateNSWMul(row, e.Index(to_stride)), to_stride);
        const auto copy = [&](llvm::Value* column, int64_t active) {
          e.Store(e.Advance(target, column, lanes), e.Load(e.Advance(source, column, lanes), lanes, active), active);
        };
        e.For(0, whole, lanes, [&](llvm::Value* column) { copy(column, lanes); }, kUnroll);
        if (whole < columns) copy(e.Index(whole), columns - whole);
      },
      kUnroll);
}

void PackLine(Emitter& e, const Pointer& from, const Digits& terms, const Pointer& to, int64_t to_stride) {
  e.For(0, ExtentOf(terms), 1, [&](llvm::Value* term) {
    llvm::Value* place = e.ir().CreateNSWMul(term, e.Index(to_stride));
    e.Store(e.Advance(to, place, to_stride), e.Load(AdvanceTo(e, from, terms, term)));
  });
}

}  // namespace nnc::codegen
