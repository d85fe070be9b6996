// Products by tiles of outer products: kColumns, and kRows, which is the same with the operands' roles and C's indices
// swapped.
#include <algorithm>
#include <numeric>

#include "codegen/matmul_tile.h"

namespace nnc::codegen {
namespace {

class OuterProducts {
 public:
  OuterProducts(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink)
      : e_(emitter), plan_(plan), sink_(sink), by_columns_(plan.strategy == MatmulStrategy::kColumns) {
    const MatmulSpec& spec = plan.spec;
    width_ = by_columns_ ? spec.n : spec.m;
    vectors_ = by_columns_ ? operands.b : operands.a;
    scalars_ = by_columns_ ? operands.a : operands.b;
    vectors_size_ = spec.k * width_;
    scalars_size_ = spec.k * (by_columns_ ? spec.m : spec.n);
    const bool scalars_by_row = by_columns_ ? !spec.transpose_a : spec.transpose_b;
    tile_.scalars_row = scalars_by_row ? spec.k : 1;
    tile_.scalars_k = scalars_by_row ? 1 : (by_columns_ ? spec.m : spec.n);
    tile_.vectors_k = plan.pack_b ? plan.vectors * plan.lanes : width_;
    if (plan.packed_bytes > 0) packed_ = ThreadScratch(emitter, plan, operands, 0);
    if (plan.partial_bytes > 0) partials_ = ThreadScratch(emitter, plan, operands, plan.packed_bytes);
  }

  // Whole panels in one loop over units, the narrower or masked last one in another.
  void Emit() {
    const int64_t panel = plan_.vectors * plan_.lanes;
    const int64_t whole = width_ / panel, rest = width_ % panel;
    if (whole > 0) EmitUnits(0, whole, {plan_.rows.size, plan_.vectors, plan_.lanes, plan_.lanes});
    if (rest == 0) return;
    const int64_t vectors = (rest + plan_.lanes - 1) / plan_.lanes;
    EmitUnits(whole, 1, {plan_.rows.size, vectors, plan_.lanes, rest - (vectors - 1) * plan_.lanes});
  }

 private:
  llvm::IRBuilder<>& ir() { return e_.ir(); }
  llvm::Value* Times(llvm::Value* value, int64_t number) { return ir().CreateNSWMul(value, e_.Index(number)); }

  // Units are (batch, panel, row unit), the last running fastest.
  void EmitUnits(int64_t first_panel, int64_t panels, const TileShape& shape) {
    const auto share = e_.ThreadShare(plan_.spec.batch * panels * plan_.row_units, plan_.threads);
    e_.For(share.begin, share.end, 1, [&](llvm::Value* unit) {
      llvm::Value* row_unit = ir().CreateURem(unit, e_.Index(plan_.row_units));
      llvm::Value* outer = ir().CreateUDiv(unit, e_.Index(plan_.row_units));
      batch_ = ir().CreateUDiv(outer, e_.Index(panels));
      llvm::Value* panel = ir().CreateNUWAdd(ir().CreateURem(outer, e_.Index(panels)), e_.Index(first_panel));
      first_column_ = Times(panel, plan_.vectors * plan_.lanes);
      if (plan_.pack_b) {
        llvm::Value* fresh = ir().CreateOr(ir().CreateICmpEQ(unit, share.begin), ir().CreateIsNull(row_unit));
        e_.If(fresh, [&] { Pack(shape); });
      }
      EmitRowUnit(row_unit, shape);
    });
  }

  // The panel's part of B, stored [n, k], in the order that tiles read it.
  void Pack(const TileShape& shape) {
    const int64_t k = plan_.spec.k, columns = (shape.vectors - 1) * plan_.lanes + shape.last_active;
    const Pointer from = e_.Advance(e_.Advance(vectors_, Times(batch_, vectors_size_), vectors_size_),
                                    Times(first_column_, k), plan_.lanes * k);
    PackTransposed(e_, from, k, packed_, tile_.vectors_k, k, columns, plan_.lanes);
  }

  // The tiles of a row unit, through all blocks of k.
  void EmitRowUnit(llvm::Value* row_unit, const TileShape& shape) {
    tiles_ = TilesOfUnit(e_, plan_.rows.tiles, row_unit, plan_.row_units);
    const int64_t k = plan_.spec.k, block = plan_.k_block;
    if (block >= k) return EmitTiles(shape, e_.Index(0), k, /*first=*/true, /*last=*/true);
    const int64_t blocks = (k + block - 1) / block;
    EmitTiles(shape, e_.Index(0), block, true, false);
    e_.For(1, blocks - 1, 1, [&](llvm::Value* b) { EmitTiles(shape, Times(b, block), block, false, false); });
    EmitTiles(shape, e_.Index((blocks - 1) * block), k - (blocks - 1) * block, false, true);
  }

  // The unit's tiles over `count` terms from k0.
  void EmitTiles(const TileShape& shape, llvm::Value* k0, int64_t count, bool first, bool last) {
    ForTiles(e_, plan_.rows, tiles_.begin, tiles_.end, [&](llvm::Value* tile, llvm::Value* row, int64_t rows) {
      TileShape sized = shape;
      sized.rows = rows;
      EmitTile(sized, tile, row, k0, count, first, last);
    });
  }

  void EmitTile(const TileShape& shape, llvm::Value* tile, llvm::Value* row, llvm::Value* k0, int64_t count, bool first,
                bool last) {
    const Pointer partials = first && last ? Pointer{} : PartialsOf(tile);
    Values sums;
    for (int64_t i = 0; i < shape.rows * shape.vectors; ++i) {
      sums.push_back(first ? e_.Constant(SumElement(plan_.spec.element), 0, shape.lanes)
                           : e_.Load(e_.Advance(partials, i * shape.lanes), shape.lanes));
    }
    sums = MultiplyTile(e_, shape, OperandsAt(row, k0), count, std::move(sums));
    if (last) return by_columns_ ? FinishByColumns(shape, row, sums) : FinishByRows(shape, sums);
    for (size_t i = 0; i < sums.size(); ++i) {
      e_.Store(e_.Advance(partials, static_cast<int64_t>(i) * shape.lanes), sums[i]);
    }
  }

  Pointer PartialsOf(llvm::Value* tile) {
    const int64_t size = plan_.rows.size * plan_.vectors * plan_.lanes;
    return e_.Advance(partials_, Times(ir().CreateNSWSub(tile, tiles_.begin), size), size);
  }

  TileOperands OperandsAt(llvm::Value* row, llvm::Value* k0) {
    TileOperands at = tile_;
    at.vectors = plan_.pack_b ? packed_
                              : e_.Advance(e_.Advance(vectors_, Times(batch_, vectors_size_), vectors_size_),
                                           first_column_, plan_.lanes);
    at.vectors = e_.Advance(at.vectors, Times(k0, tile_.vectors_k), tile_.vectors_k);
    at.scalars = e_.Advance(e_.Advance(scalars_, Times(batch_, scalars_size_)), Times(row, tile_.scalars_row));
    at.scalars = e_.Advance(at.scalars, Times(k0, tile_.scalars_k));
    return at;
  }

  // (batch * m + row) * n + column
  llvm::Value* Flat(llvm::Value* row, llvm::Value* column) {
    llvm::Value* rows = ir().CreateNSWAdd(Times(batch_, plan_.spec.m), row);
    return ir().CreateNSWAdd(Times(rows, plan_.spec.n), column);
  }

  void FinishByColumns(const TileShape& shape, llvm::Value* row, const Values& sums) {
    for (int64_t r = 0; r < shape.rows; ++r) {
      for (int64_t v = 0; v < shape.vectors; ++v) {
        MatmulPlace place;
        place.batch = batch_;
        place.row = ir().CreateNSWAdd(row, e_.Index(r));
        place.column = ir().CreateNSWAdd(first_column_, e_.Index(v * shape.lanes));
        place.flat = Flat(place.row, place.column);
        place.flat_multiple = std::gcd(plan_.spec.n, plan_.lanes);
        place.active = shape.ActiveLanes(v);
        sink_(place, sums[static_cast<size_t>(r * shape.vectors + v)]);
      }
    }
  }

  // Rows of the tile are columns of C, all of them; lanes are rows of C. Interleaved they are consecutive elements.
  void FinishByRows(const TileShape& shape, const Values& sums) {
    const int64_t n = shape.rows;
    for (int64_t v = 0; v < shape.vectors; ++v) {
      Values columns;
      for (int64_t j = 0; j < n; ++j) columns.push_back(sums[static_cast<size_t>(j * shape.vectors + v)]);
      const Values elements = Interleave(e_, columns);
      llvm::Value* first_row = ir().CreateNSWAdd(first_column_, e_.Index(v * shape.lanes));
      for (int64_t q = 0; q < n; ++q) {
        const int64_t skipped = q * shape.lanes;
        MatmulPlace place;
        place.active = std::min(shape.ActiveLanes(v) * n - skipped, shape.lanes);
        if (place.active <= 0) break;
        place.batch = batch_;
        place.row = ir().CreateNSWAdd(first_row, e_.Index(skipped / n));
        place.column = e_.Index(skipped % n);
        place.flat = ir().CreateNSWAdd(Flat(first_row, e_.Index(0)), e_.Index(skipped));
        place.flat_multiple = plan_.spec.batch == 1 ? plan_.lanes : std::gcd(plan_.spec.m * n, plan_.lanes);
        place.wraps = true;
        sink_(place, elements[static_cast<size_t>(q)]);
      }
    }
  }

  Emitter& e_;
  const MatmulPlan& plan_;
  MatmulSink sink_;
  const bool by_columns_;
  int64_t width_ = 0;  // extent of C along the lanes
  Pointer vectors_, scalars_, packed_, partials_;
  int64_t vectors_size_ = 0, scalars_size_ = 0;  // elements of one batch
  TileOperands tile_;                            // strides

  // The unit being emitted.
  llvm::Value* batch_ = nullptr;
  llvm::Value* first_column_ = nullptr;
  Emitter::Range tiles_{};
};

}  // namespace

void EmitOuterProducts(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink) {
  OuterProducts(emitter, plan, operands, sink).Emit();
}

}  // namespace nnc::codegen
