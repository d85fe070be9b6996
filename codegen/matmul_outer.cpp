// Products by tiles of outer products: kColumns, and kRows, which is the same with the operands' roles and C's indices
// swapped.
#include <llvm/IR/Intrinsics.h>

#include <algorithm>

#include "codegen/matmul_sink.h"
#include "codegen/matmul_tile.h"

namespace nnc::codegen {
namespace {

class OuterProducts {
 public:
  OuterProducts(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink,
                MatmulPrefetch prefetch)
      : e_(emitter),
        plan_(plan),
        by_columns_(plan.strategy == MatmulStrategy::kColumns),
        sink_(emitter, plan, sink, prefetch) {
    const MatmulSpec& spec = plan.spec;
    width_ = by_columns_ ? spec.n : spec.m;
    vectors_ = by_columns_ ? operands.b : operands.a;
    scalars_ = by_columns_ ? operands.a : operands.b;
    vectors_layout_ = by_columns_ ? spec.b : spec.a;
    scalars_layout_ = by_columns_ ? spec.a : spec.b;
    vectors_ = e_.Advance(vectors_, vectors_layout_.offset);
    scalars_ = e_.Advance(scalars_, scalars_layout_.offset);
    if (plan.pack_a) packed_a_ = ThreadScratch(emitter, plan, operands, 0);
    if (plan.pack_b) packed_b_ = ThreadScratch(emitter, plan, operands, plan.packed_a_bytes);
    if (plan.sum_bytes > 0) {
      sums_ = ThreadScratch(emitter, plan, operands, plan.packed_a_bytes + plan.packed_b_bytes);
    }
  }

  // Whole panels in one loop over units, the narrower or masked last one in another.
  void Emit() {
    const int64_t whole = width_ / PanelWidth(), rest = width_ % PanelWidth();
    if (whole > 0) EmitUnits(0, whole, {plan_.rows.size, plan_.vectors, plan_.lanes, plan_.lanes, plan_.lanes});
    if (rest > 0) EmitUnits(whole, 1, LastPanel(plan_, plan_.rows.size, rest));
  }

 private:
  llvm::IRBuilder<>& ir() { return e_.ir(); }
  llvm::Value* Times(llvm::Value* value, int64_t number) { return ir().CreateNSWMul(value, e_.Index(number)); }
  int64_t PanelWidth() const { return plan_.vectors * plan_.lanes; }

  // Units are (batch, panel, row unit) or, where A is packed, (batch, row unit, panel), the last running fastest: what
  // was packed then serves many units.
  void EmitUnits(int64_t first_panel, int64_t panels, const TileShape& shape) {
    const auto share = e_.ThreadShare(plan_.spec.batch * panels * plan_.row_units, plan_.threads);
    e_.For(share.begin, share.end, 1, [&](llvm::Value* unit) {
      const int64_t slow = plan_.pack_a ? plan_.row_units : panels, fast = plan_.pack_a ? panels : plan_.row_units;
      llvm::Value* inner = ir().CreateURem(unit, e_.Index(fast));
      llvm::Value* rest = ir().CreateUDiv(unit, e_.Index(fast));
      llvm::Value* outer = ir().CreateURem(rest, e_.Index(slow));
      batch_ = ir().CreateUDiv(rest, e_.Index(slow));
      llvm::Value* panel = ir().CreateNUWAdd(plan_.pack_a ? inner : outer, e_.Index(first_panel));
      first_column_ = Times(panel, PanelWidth());
      sink_.EnterPanel(batch_, first_column_);
      tiles_ = TilesOfUnit(e_, plan_.rows.tiles, plan_.pack_a ? outer : inner, plan_.row_units);
      llvm::Value* fresh = ir().CreateOr(ir().CreateICmpEQ(unit, share.begin), ir().CreateIsNull(inner));
      if (plan_.pack_a) {
        e_.If(fresh, [&] { PackScalars(); });
        if (plan_.pack_b) PackVectors(shape);
      } else if (plan_.pack_b) {
        e_.If(fresh, [&] { PackVectors(shape); });
      }
      plan_.k_block < plan_.spec.k ? EmitBlocks(shape) : EmitTiles(shape, e_.Index(0), e_.Index(plan_.spec.k), nullptr);
    });
  }

  // The first term of a line.
  Pointer LineAt(const Pointer& operand, const OperandLayout& layout, llvm::Value* line) {
    return AdvanceTo(e_, AdvanceTo(e_, operand, layout.batch, batch_), layout.lines, line);
  }

  // The panel's part of the vectors.
  void PackVectors(const TileShape& shape) {
    const int64_t k = plan_.spec.k;
    const Digits &lines = vectors_layout_.lines, &terms = vectors_layout_.terms;
    const Pointer from = LineAt(vectors_, vectors_layout_, first_column_);
    const bool matrix = lines.size() == 1 && terms.size() == 1;
    if (matrix && lines.back().stride == 1) {
      PackCopied(e_, from, terms.back().stride, packed_b_, PanelWidth(), k, shape.columns(), plan_.lanes);
    } else if (matrix && terms.back().stride == 1) {
      PackTransposed(e_, from, lines.back().stride, packed_b_, PanelWidth(), e_.Index(k), shape.columns(), plan_.lanes);
    } else {
      for (int64_t i = 0; i < shape.columns(); ++i) {
        llvm::Value* line = ir().CreateNSWAdd(first_column_, e_.Index(i));
        PackLine(e_, LineAt(vectors_, vectors_layout_, line), terms, e_.Advance(packed_b_, i), PanelWidth());
      }
    }
  }

  // The unit's part of the scalars, block by block and tile by tile.
  void PackScalars() {
    ForBlocks([&](llvm::Value* k0, llvm::Value* terms, llvm::Value*) {
      scalars_layout_.lines.back().stride != 1 ? TransposeTiles(k0, terms) : CopyTiles(k0, terms);
    });
  }

  void TransposeTiles(llvm::Value* k0, llvm::Value* terms) {
    const int64_t line = scalars_layout_.lines.back().stride, size = plan_.rows.size;
    ForOverlappingTiles(
        e_, plan_.rows, tiles_.begin, tiles_.end, [&](llvm::Value* tile, llvm::Value* row, llvm::Value*) {
          const Pointer from = AdvanceTo(e_, LineAt(scalars_, scalars_layout_, row), scalars_layout_.terms, k0);
          PackTransposed(e_, from, line, PackedTile(tile, k0, terms), size, terms, size, plan_.lanes);
        });
  }

  // A few lines of the source at a time, from one end to the other.
  void CopyTiles(llvm::Value* k0, llvm::Value* terms) {
    constexpr int64_t kLines = 4;
    e_.For(e_.Index(0), terms, kLines, [&](llvm::Value* step) {
      llvm::Value* last = ir().CreateNSWSub(terms, e_.Index(kLines));
      llvm::Value* i = ir().CreateBinaryIntrinsic(llvm::Intrinsic::smin, step, last);
      llvm::Value* k = ir().CreateNSWAdd(k0, i);
      ForOverlappingTiles(
          e_, plan_.rows, tiles_.begin, tiles_.end, [&](llvm::Value* tile, llvm::Value* row, llvm::Value*) {
            const Pointer from = AdvanceTo(e_, LineAt(scalars_, scalars_layout_, row), scalars_layout_.terms, k);
            const Pointer to = e_.Advance(PackedTile(tile, k0, terms), Times(i, plan_.rows.size));
            PackCopied(e_, from, scalars_layout_.terms.back().stride, to, plan_.rows.size, kLines, plan_.rows.size,
                       plan_.lanes);
          });
    });
  }

  Pointer PackedTile(llvm::Value* tile, llvm::Value* k0, llvm::Value* terms) {
    llvm::Value* before = ir().CreateNSWMul(ir().CreateNSWSub(tile, tiles_.begin), terms);
    llvm::Value* k = ir().CreateNSWAdd(Times(k0, plan_.UnitTiles()), before);
    return e_.Advance(packed_a_, Times(k, plan_.rows.size), plan_.rows.size);
  }

  // Blocks of k: body(first, number of terms, whether it is the last).
  void ForBlocks(llvm::function_ref<void(llvm::Value* k0, llvm::Value* terms, llvm::Value* last)> body) {
    const int64_t k = plan_.spec.k, block = plan_.k_block, blocks = (k + block - 1) / block;
    e_.For(0, blocks, 1, [&](llvm::Value* b) {
      llvm::Value* k0 = Times(b, block);
      llvm::Value* terms = e_.Index(block);
      if (k % block != 0) {
        terms = ir().CreateBinaryIntrinsic(llvm::Intrinsic::smin, terms, ir().CreateNSWSub(e_.Index(k), k0));
      }
      body(k0, terms, ir().CreateICmpEQ(b, e_.Index(blocks - 1)));
    });
  }

  // The unit's tiles, through all blocks of k: the sums wait in memory from one block to the next.
  void EmitBlocks(const TileShape& shape) {
    llvm::Value* zero = e_.Constant(SumElement(plan_.spec.element), 0, plan_.lanes);
    llvm::Value* count = Times(ir().CreateNSWSub(tiles_.end, tiles_.begin), plan_.rows.size * PanelWidth());
    e_.For(e_.Index(0), count, plan_.lanes, [&](llvm::Value* i) { e_.Store(e_.Advance(sums_, i, plan_.lanes), zero); });
    ForBlocks([&](llvm::Value* k0, llvm::Value* terms, llvm::Value* last) { EmitTiles(shape, k0, terms, last); });
  }

  // The unit's tiles over `terms` terms from k0; `last` (i1) is null where that is all of them.
  void EmitTiles(const TileShape& shape, llvm::Value* k0, llvm::Value* terms, llvm::Value* last) {
    if (!plan_.loop_sink) {
      ForTiles(e_, plan_.rows, tiles_.begin, tiles_.end, [&](llvm::Value*, llvm::Value* row, int64_t rows) {
        TileShape sized = shape;
        sized.rows = rows;
        const TileOperands operands = OperandsAt(sized, nullptr, row, k0, terms);
        const Values sums = MultiplyTile(e_, sized, operands, LoopsOver(terms), Zeros(sized));
        by_columns_ ? sink_.Columns(sized, row, sums) : sink_.Rows(sized, sums);
      });
      return;
    }
    const auto emit = [&](llvm::Value* tile, llvm::Value* row, llvm::Value* shared) {
      const Pointer memory = last ? SumsOf(tile) : sums_;
      const Values initial = last ? LoadSums(shape, memory) : Zeros(shape);
      const TileOperands operands = OperandsAt(shape, tile, row, k0, terms);
      if (!last) sink_.Prefetch(shape, row, shared);
      const Values sums = MultiplyTile(e_, shape, operands, LoopsOver(terms), initial);
      ForVectors(shape, [&](int64_t i, int64_t offset, int64_t) {
        e_.Store(e_.Advance(memory, offset), sums[static_cast<size_t>(i)]);
      });
      const auto finish = [&] { sink_.Memory(shape, row, shared, memory); };
      last ? e_.If(last, finish) : finish();
    };
    ForOverlappingTiles(e_, plan_.rows, tiles_.begin, tiles_.end, emit);
  }

  // Of a tile whose sums wait for the next block.
  Pointer SumsOf(llvm::Value* tile) {
    const int64_t size = plan_.rows.size * PanelWidth();
    return e_.Advance(sums_, Times(ir().CreateNSWSub(tile, tiles_.begin), size), size);
  }

  // body(number of the vector, its place in memory, lanes)
  void ForVectors(const TileShape& shape, llvm::function_ref<void(int64_t i, int64_t offset, int64_t lanes)> body) {
    for (int64_t i = 0; i < shape.rows * shape.vectors; ++i) {
      const int64_t row = i / shape.vectors, vector = i % shape.vectors;
      body(i, row * PanelWidth() + vector * shape.lanes, shape.Lanes(vector));
    }
  }

  Values Zeros(const TileShape& shape) {
    Values sums;
    ForVectors(shape, [&](int64_t, int64_t, int64_t lanes) {
      sums.push_back(e_.Constant(SumElement(plan_.spec.element), 0, lanes));
    });
    return sums;
  }

  Values LoadSums(const TileShape& shape, const Pointer& memory) {
    Values sums;
    ForVectors(shape, [&](int64_t, int64_t offset, int64_t lanes) {
      sums.push_back(e_.Load(e_.Advance(memory, offset), lanes));
    });
    return sums;
  }

  TileOperands OperandsAt(const TileShape& shape, llvm::Value* tile, llvm::Value* row, llvm::Value* k0,
                          llvm::Value* terms) {
    TileOperands at;
    at.vectors = plan_.pack_b
                     ? e_.Advance(packed_b_, Times(k0, PanelWidth()), PanelWidth())
                     : AdvanceTo(e_, LineAt(vectors_, vectors_layout_, first_column_), vectors_layout_.terms, k0);
    at.scalars = plan_.pack_a ? PackedTile(tile, k0, terms)
                              : AdvanceTo(e_, LineAt(scalars_, scalars_layout_, row), scalars_layout_.terms, k0);
    const Digits packed = {{1, 1}};
    const auto columns = *OffsetsFromMultiples(plan_.pack_b ? packed : vectors_layout_.lines, PanelWidth());
    for (int64_t v = 0; v < shape.vectors; ++v) at.columns.push_back(columns[static_cast<size_t>(v * plan_.lanes)]);
    at.rows = *OffsetsFromMultiples(plan_.pack_a ? packed : scalars_layout_.lines, shape.rows);
    return at;
  }

  // The loops over `terms` terms, which are all or a block: some rounds of one loop and all of those inside it.
  std::vector<TileLoop> LoopsOver(llvm::Value* terms) {
    std::vector<TileLoop> loops;
    int64_t inner = 1;
    for (size_t i = plan_.terms.size(); i-- > 0;) {
      const TermLoop& loop = plan_.terms[i];
      const int64_t vectors = by_columns_ ? loop.b_stride : loop.a_stride;
      const int64_t scalars = by_columns_ ? loop.a_stride : loop.b_stride;
      const bool whole = i > 0 && inner * loop.extent <= plan_.k_block;
      loops.push_back({whole ? e_.Index(loop.extent) : ir().CreateUDiv(terms, e_.Index(inner)),
                       plan_.pack_b ? inner * PanelWidth() : vectors,
                       plan_.pack_a ? inner * plan_.rows.size : scalars});
      if (!whole) break;
      inner *= loop.extent;
    }
    std::ranges::reverse(loops);
    return loops;
  }

  Emitter& e_;
  const MatmulPlan& plan_;
  const bool by_columns_;
  TileSink sink_;
  int64_t width_ = 0;  // extent of C along the lanes
  Pointer vectors_, scalars_, packed_a_, packed_b_, sums_;
  OperandLayout vectors_layout_, scalars_layout_;

  // The unit being emitted.
  llvm::Value* batch_ = nullptr;
  llvm::Value* first_column_ = nullptr;
  Emitter::Range tiles_{};
};

}  // namespace

void EmitOuterProducts(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink,
                       MatmulPrefetch prefetch) {
  OuterProducts(emitter, plan, operands, sink, prefetch).Emit();
}

}  // namespace nnc::codegen
