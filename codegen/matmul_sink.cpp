#include "codegen/matmul_sink.h"

#include <algorithm>
#include <numeric>

namespace nnc::codegen {

// (batch * m + row) * n + column
llvm::Value* TileSink::Flat(llvm::Value* row, llvm::Value* column) {
  llvm::Value* before = e_.ir().CreateNSWMul(batch_, e_.Index(plan_.spec.m));
  llvm::Value* rows = e_.ir().CreateNSWMul(e_.ir().CreateNSWAdd(before, row), e_.Index(plan_.spec.n));
  return e_.ir().CreateNSWAdd(rows, column);
}

MatmulPlace TileSink::PlaceOf(llvm::Value* row, llvm::Value* column, int64_t active) {
  MatmulPlace place;
  place.batch = batch_;
  place.row = row;
  place.column = column;
  place.flat = Flat(row, column);
  place.flat_multiple = std::gcd(plan_.spec.n, plan_.lanes);
  place.active = active;
  return place;
}

void TileSink::Vector(llvm::Value* row, llvm::Value* column, int64_t active, llvm::Value* sums) {
  sink_(PlaceOf(row, column, active), sums);
}

void TileSink::Columns(const TileShape& shape, llvm::Value* row, const Values& sums) {
  for (int64_t i = 0; i < shape.rows * shape.vectors; ++i) {
    const int64_t vector = i % shape.vectors;
    llvm::Value* column = e_.ir().CreateNSWAdd(first_, e_.Index(vector * shape.lanes));
    Vector(e_.ir().CreateNSWAdd(row, e_.Index(i / shape.vectors)), column, shape.ActiveLanes(vector),
           sums[static_cast<size_t>(i)]);
  }
}

void TileSink::Prefetch(const TileShape& shape, llvm::Value* first_row, llvm::Value* shared) {
  if (!prefetch_) return;
  e_.For(shared, e_.Index(shape.rows), 1, [&](llvm::Value* r) {
    llvm::Value* row = e_.ir().CreateNSWAdd(first_row, r);
    for (int64_t vector = 0; vector < shape.vectors; ++vector) {
      llvm::Value* column = e_.ir().CreateNSWAdd(first_, e_.Index(vector * shape.lanes));
      prefetch_(PlaceOf(row, column, shape.ActiveLanes(vector)));
    }
  });
}

void TileSink::Memory(const TileShape& shape, llvm::Value* first_row, llvm::Value* shared, const Pointer& memory) {
  const int64_t width = plan_.vectors * plan_.lanes, whole = shape.columns() / shape.lanes * shape.lanes;
  e_.For(shared, e_.Index(shape.rows), 1, [&](llvm::Value* r) {
    llvm::Value* row = e_.ir().CreateNSWAdd(first_row, r);
    const Pointer line = e_.Advance(memory, e_.ir().CreateNSWMul(r, e_.Index(width)), width);
    const auto vector = [&](llvm::Value* offset, int64_t lanes, int64_t active) {
      llvm::Value* sums = e_.Load(e_.Advance(line, offset, plan_.lanes), lanes);
      Vector(row, e_.ir().CreateNSWAdd(first_, offset), active, sums);
    };
    e_.For(0, whole, shape.lanes, [&](llvm::Value* offset) { vector(offset, shape.lanes, shape.lanes); });
    if (whole < shape.columns()) vector(e_.Index(whole), shape.last_lanes, shape.last_active);
  });
}

void TileSink::Rows(const TileShape& shape, const Values& sums) {
  for (int64_t v = 0; v < shape.vectors; ++v) {
    Values columns;
    for (int64_t j = 0; j < shape.rows; ++j) columns.push_back(sums[static_cast<size_t>(j * shape.vectors + v)]);
    Interleaved(e_.ir().CreateNSWAdd(first_, e_.Index(v * shape.lanes)), shape.ActiveLanes(v), columns);
  }
}

// `rows` rows of C, of which a vector holds one column each. Interleaved they are consecutive elements.
void TileSink::Interleaved(llvm::Value* first_row, int64_t rows, const Values& columns) {
  const auto n = static_cast<int64_t>(columns.size()), lanes = plan_.lanes;
  const Values elements = Interleave(e_, columns);
  for (int64_t skipped = 0; skipped < rows * n; skipped += lanes) {
    MatmulPlace place;
    place.active = std::min(rows * n - skipped, lanes);
    place.batch = batch_;
    place.row = e_.ir().CreateNSWAdd(first_row, e_.Index(skipped / n));
    place.column = e_.Index(skipped % n);
    place.flat = e_.ir().CreateNSWAdd(Flat(first_row, e_.Index(0)), e_.Index(skipped));
    place.flat_multiple = plan_.spec.batch == 1 ? lanes : std::gcd(plan_.spec.m * n, lanes);
    place.wraps = true;
    sink_(place, elements[static_cast<size_t>(skipped / lanes)]);
  }
}

}  // namespace nnc::codegen
