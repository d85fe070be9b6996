// The pieces that products are made of. All work on constant sizes and leave their loops in the current function.
#pragma once

#include <span>

#include "codegen/emitter.h"
#include "codegen/matmul.h"

namespace nnc::codegen {

// The element type that sums and packed operands have: f32 for bf16.
ir::Element SumElement(ir::Element element);

// Operands of a tile of sums[r][v] += scalars(r, k) * vectors(k, v), at the tile's first element.
struct TileOperands {
  Pointer vectors;
  std::vector<int64_t> columns;  // offset of each vector
  Pointer scalars;
  std::vector<int64_t> rows;  // offset of each row
};
// A loop over terms, with the strides of vectors and scalars.
struct TileLoop {
  llvm::Value* count = nullptr;  // i64
  int64_t vectors = 0, scalars = 0;
};
// The last vector may be narrower than the others, and may have lanes that do not exist.
struct TileShape {
  int64_t rows = 1, vectors = 1, lanes = 1;
  int64_t last_lanes = 1, last_active = 1;
  int64_t Lanes(int64_t vector) const { return vector + 1 == vectors ? last_lanes : lanes; }
  int64_t ActiveLanes(int64_t vector) const { return vector + 1 == vectors ? last_active : lanes; }
  int64_t columns() const { return (vectors - 1) * lanes + last_active; }
};

// The tile of a panel that has only `columns` columns left.
TileShape LastPanel(const MatmulPlan& plan, int64_t rows, int64_t columns);

// Sets rows and vectors of a plan by columns, whose packing and kind of sink are known.
void ChooseTile(MatmulPlan& plan, const Target& target);
// Whether vectors of lines can be loaded where they lie.
bool HasVectors(const Digits& lines, int64_t lanes);
// Cache lines, `stride_bytes` apart, that stay in an 8-way cache of `sets` sets: a stride of many powers of two leaves
// most sets empty.
int64_t LinesThatFit(int64_t stride_bytes, int64_t sets);

// Adds the terms of nested loops to sums[r * vectors + v] and returns them: one chain of multiply-adds each, in the
// order of the loops.
Values MultiplyTile(Emitter& emitter, const TileShape& shape, const TileOperands& operands,
                    std::span<const TileLoop> terms, Values sums);

// `pointer` moved on to the place of an index.
Pointer AdvanceTo(Emitter& emitter, const Pointer& pointer, const Digits& digits, llvm::Value* index);

// to(i, j) = from(j, i) for i < `k`, j < `columns`: element (j, i) is read at j * from_stride + i and written at i *
// to_stride + j in SumElement. What is written beyond `columns`, up to a multiple of `lanes`, is of no meaning.
void PackTransposed(Emitter& emitter, const Pointer& from, int64_t from_stride, const Pointer& to, int64_t to_stride,
                    llvm::Value* k, int64_t columns, int64_t lanes);

// to(i, j) = from(i, j) for i < `rows`, j < `columns`: element (i, j) is read at i * from_stride + j and written at i *
// to_stride + j in SumElement.
void PackCopied(Emitter& emitter, const Pointer& from, int64_t from_stride, const Pointer& to, int64_t to_stride,
                int64_t rows, int64_t columns, int64_t lanes);

// to(i) = from(i) for i < the extent of `terms`: written at i * to_stride in SumElement.
void PackLine(Emitter& emitter, const Pointer& from, const Digits& terms, const Pointer& to, int64_t to_stride);

// {sum of the lanes of vectors[0], of vectors[1], ...}, at most as many as lanes; each in the same order whatever its
// place.
llvm::Value* SumLanes(Emitter& emitter, Values vectors);

// vectors[j] lane i goes to place i * n + j of the result, n being the number of vectors: n vectors again.
Values Interleave(Emitter& emitter, const Values& vectors);

// Tiles [first, last) of a split: body(tile number, first row, rows).
void ForTiles(Emitter& emitter, const EvenSplit& split, llvm::Value* first, llvm::Value* last,
              llvm::function_ref<void(llvm::Value* tile, llvm::Value* row, int64_t rows)> body);
// The same for tiles that all have split.size rows, the last sharing some with the one before: body(tile number, first
// row, number of leading rows that belong to the tile before).
void ForOverlappingTiles(Emitter& emitter, const EvenSplit& split, llvm::Value* first, llvm::Value* last,
                         llvm::function_ref<void(llvm::Value* tile, llvm::Value* row, llvm::Value* shared)> body);
// The first row of such a tile.
llvm::Value* OverlappingRow(Emitter& emitter, const EvenSplit& split, llvm::Value* tile);
// The tiles of piece `unit` of `units`: [tiles * unit / units, tiles * (unit + 1) / units).
Emitter::Range TilesOfUnit(Emitter& emitter, int64_t tiles, llvm::Value* unit, int64_t units);

void EmitDotProducts(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink);
void EmitOuterProducts(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink,
                       MatmulPrefetch prefetch);

// The scratch memory of the calling thread, as elements of sums, from `offset` bytes.
Pointer ThreadScratch(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, int64_t offset);

}  // namespace nnc::codegen
