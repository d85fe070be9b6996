// Gives the sums of a tile to a product's sink.
#pragma once

#include "codegen/matmul_tile.h"

namespace nnc::codegen {

class TileSink {
 public:
  TileSink(Emitter& emitter, const MatmulPlan& plan, MatmulSink sink, MatmulPrefetch prefetch)
      : e_(emitter), plan_(plan), sink_(sink), prefetch_(prefetch) {}

  // Tiles from here on are of this batch, and begin at this column of C (kRows: at this row).
  void EnterPanel(llvm::Value* batch, llvm::Value* first) {
    batch_ = batch;
    first_ = first;
  }
  // Sums of kColumns in registers: a copy of the sink for each vector.
  void Columns(const TileShape& shape, llvm::Value* row, const Values& sums);
  // Before the sums of kColumns that Memory will be given, so that memory works while they are made.
  void Prefetch(const TileShape& shape, llvm::Value* first_row, llvm::Value* shared);
  // Sums of kColumns that lie in memory, the panel's width apart: a loop. `shared` leading rows were given before.
  void Memory(const TileShape& shape, llvm::Value* first_row, llvm::Value* shared, const Pointer& memory);
  // Sums of kRows in registers: rows of the tile are columns of C, all of them; lanes are rows of C.
  void Rows(const TileShape& shape, const Values& sums);

 private:
  llvm::Value* Flat(llvm::Value* row, llvm::Value* column);
  MatmulPlace PlaceOf(llvm::Value* row, llvm::Value* column, int64_t active);
  void Vector(llvm::Value* row, llvm::Value* column, int64_t active, llvm::Value* sums);
  void Interleaved(llvm::Value* first_row, int64_t rows, const Values& columns);

  Emitter& e_;
  const MatmulPlan& plan_;
  MatmulSink sink_;
  MatmulPrefetch prefetch_;
  llvm::Value* batch_ = nullptr;
  llvm::Value* first_ = nullptr;
};

}  // namespace nnc::codegen
