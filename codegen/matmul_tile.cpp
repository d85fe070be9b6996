#include "codegen/matmul_tile.h"

#include <llvm/IR/Intrinsics.h>

#include <algorithm>

namespace nnc::codegen {
namespace {

// One k step: every vector is loaded once, every scalar once.
void MultiplyStep(Emitter& e, const TileShape& shape, const TileOperands& operands, Values& sums) {
  Values vectors;
  for (int64_t v = 0; v < shape.vectors; ++v) {
    const Pointer vector = e.Advance(operands.vectors, operands.columns[static_cast<size_t>(v)]);
    vectors.push_back(e.Load(vector, shape.Lanes(v), shape.ActiveLanes(v)));
  }
  for (int64_t r = 0; r < shape.rows; ++r) {
    llvm::Value* scalar = e.Load(e.Advance(operands.scalars, operands.rows[static_cast<size_t>(r)]));
    llvm::Value* spread = e.Splat(scalar, shape.Lanes(0));
    for (int64_t v = 0; v < shape.vectors; ++v) {
      llvm::Value* factor = shape.Lanes(v) == shape.Lanes(0) ? spread : e.Splat(scalar, shape.Lanes(v));
      llvm::Value*& sum = sums[static_cast<size_t>(r * shape.vectors + v)];
      sum = e.MulAdd(factor, vectors[static_cast<size_t>(v)], sum);
    }
  }
}

TileOperands AtTerm(Emitter& e, const TileOperands& operands, const TileLoop& loop, llvm::Value* k, int64_t offset) {
  const auto advance = [&](const Pointer& pointer, int64_t stride) {
    llvm::Value* elements = e.ir().CreateNSWMul(k, e.Index(stride));
    return e.Advance(e.Advance(pointer, elements, stride), offset * stride);
  };
  TileOperands moved = operands;
  moved.vectors = advance(operands.vectors, loop.vectors);
  moved.scalars = advance(operands.scalars, loop.scalars);
  return moved;
}

}  // namespace

ir::Element SumElement(ir::Element element) { return element == ir::Element::kBF16 ? ir::Element::kF32 : element; }

Values MultiplyTile(Emitter& e, const TileShape& shape, const TileOperands& operands, std::span<const TileLoop> terms,
                    Values sums) {
  const TileLoop& loop = terms.front();
  if (terms.size() > 1) {
    return e.ForCarry(e.Index(0), loop.count, 1, sums, [&](llvm::Value* i, const Values& carried) {
      return MultiplyTile(e, shape, AtTerm(e, operands, loop, i, 0), terms.subspan(1), carried);
    });
  }
  const auto steps = [&](llvm::Value* i, int64_t count, const Values& carried) {
    Values next = carried;
    for (int64_t u = 0; u < count; ++u) MultiplyStep(e, shape, AtTerm(e, operands, loop, i, u), next);
    return next;
  };
  // A step of a large tile hides the loop's own work; small ones are unrolled.
  const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(loop.count);
  const int64_t unroll = shape.rows * shape.vectors >= 16 || !constant ? 1 : 4;
  llvm::Value* whole = constant ? e.Index(constant->getSExtValue() / unroll * unroll) : loop.count;
  sums = e.ForCarry(e.Index(0), whole, unroll, sums,
                    [&](llvm::Value* i, const Values& carried) { return steps(i, unroll, carried); });
  return unroll == 1 ? sums : steps(whole, constant->getSExtValue() % unroll, sums);
}

Pointer AdvanceTo(Emitter& e, const Pointer& pointer, const Digits& digits, llvm::Value* index) {
  Pointer place = pointer;
  for (size_t i = digits.size(); i-- > 0;) {
    llvm::Value* digit = i == 0 ? index : e.ir().CreateURem(index, e.Index(digits[i].extent));
    place = e.Advance(place, e.ir().CreateNSWMul(digit, e.Index(digits[i].stride)), digits[i].stride);
    if (i > 0) index = e.ir().CreateUDiv(index, e.Index(digits[i].extent));
  }
  return place;
}

llvm::Value* SumLanes(Emitter& e, Values vectors) {
  const int64_t lanes = Emitter::LanesOf(vectors[0]);
  vectors.resize(static_cast<size_t>(lanes), nullptr);
  // Before a step with half h, vectors[i] holds 2h partial sums each of the elements i, i + 2h, i + 4h, ..., side by
  // side; after it, h of i, i + h, i + 2h, ...
  for (int64_t h = lanes / 2; h >= 1; h /= 2) {
    std::vector<int> lower, upper;
    for (int64_t l = 0; l < lanes; ++l) {
      const int64_t from = (l & h) ? lanes + l - h : l;
      lower.push_back(static_cast<int>(from));
      upper.push_back(static_cast<int>(from + h));
    }
    for (int64_t i = 0; i < h; ++i) {
      llvm::Value* a = vectors[static_cast<size_t>(i)];
      llvm::Value* b = vectors[static_cast<size_t>(i + h)];
      if (!a) continue;
      if (!b) b = llvm::PoisonValue::get(a->getType());
      vectors[static_cast<size_t>(i)] =
          e.Add(e.ir().CreateShuffleVector(a, b, lower), e.ir().CreateShuffleVector(a, b, upper));
    }
  }
  return vectors[0];
}

Values Interleave(Emitter& e, const Values& vectors) {
  const int64_t lanes = Emitter::LanesOf(vectors[0]), n = static_cast<int64_t>(vectors.size());
  if (n == 1) return vectors;
  Values results;
  for (int64_t q = 0; q < n; ++q) {
    llvm::Value* result = vectors[0];
    for (int64_t j = 1; j < n; ++j) {
      std::vector<int> mask;
      for (int64_t l = 0; l < lanes; ++l) {
        const int64_t place = q * lanes + l;
        const int64_t kept = j == 1 ? place / n : l;  // the first step also moves the lanes of vector 0
        mask.push_back(static_cast<int>(place % n == j ? lanes + place / n : kept));
      }
      result = e.ir().CreateShuffleVector(result, vectors[static_cast<size_t>(j)], mask);
    }
    results.push_back(result);
  }
  return results;
}

namespace {

// The smaller (larger) of a value and a constant, folded so that loops over constants stay constant.
llvm::Value* Clip(Emitter& e, llvm::Intrinsic::ID id, llvm::Value* value, int64_t limit) {
  const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value);
  if (!constant) return e.ir().CreateBinaryIntrinsic(id, value, e.Index(limit));
  const int64_t number = constant->getSExtValue();
  return e.Index(id == llvm::Intrinsic::smin ? std::min(number, limit) : std::max(number, limit));
}

}  // namespace

void ForTiles(Emitter& e, const EvenSplit& split, llvm::Value* first, llvm::Value* last,
              llvm::function_ref<void(llvm::Value* tile, llvm::Value* row, int64_t rows)> body) {
  e.For(first, Clip(e, llvm::Intrinsic::smin, last, split.larger), 1,
        [&](llvm::Value* tile) { body(tile, e.ir().CreateNSWMul(tile, e.Index(split.size)), split.size); });
  if (split.larger == split.tiles) return;
  e.For(Clip(e, llvm::Intrinsic::smax, first, split.larger), last, 1, [&](llvm::Value* tile) {
    llvm::Value* shorter_rows = e.ir().CreateNSWMul(tile, e.Index(split.size - 1));
    body(tile, e.ir().CreateNSWAdd(shorter_rows, e.Index(split.larger)), split.size - 1);
  });
}

llvm::Value* OverlappingRow(Emitter& e, const EvenSplit& split, llvm::Value* tile) {
  llvm::Value* row = e.ir().CreateNSWMul(tile, e.Index(split.size));
  if (split.larger == split.tiles) return row;
  return e.ir().CreateBinaryIntrinsic(llvm::Intrinsic::smin, row, e.Index(split.extent() - split.size));
}

void ForOverlappingTiles(Emitter& e, const EvenSplit& split, llvm::Value* first, llvm::Value* last,
                         llvm::function_ref<void(llvm::Value* tile, llvm::Value* row, llvm::Value* shared)> body) {
  e.For(first, last, 1, [&](llvm::Value* tile) {
    llvm::Value* row = OverlappingRow(e, split, tile);
    llvm::Value* shared = e.Index(0);
    if (split.larger < split.tiles) {
      shared = e.ir().CreateNSWSub(e.ir().CreateNSWMul(tile, e.Index(split.size)), row);
    }
    body(tile, row, shared);
  });
}

Emitter::Range TilesOfUnit(Emitter& e, int64_t tiles, llvm::Value* unit, int64_t units) {
  const auto cut = [&](llvm::Value* u) {
    return e.ir().CreateUDiv(e.ir().CreateNSWMul(u, e.Index(tiles)), e.Index(units));
  };
  if (units == 1) return {e.Index(0), e.Index(tiles)};
  return {cut(unit), cut(e.ir().CreateNUWAdd(unit, e.Index(1)))};
}

Pointer ThreadScratch(Emitter& e, const MatmulPlan& plan, const MatmulOperands& operands, int64_t offset) {
  Pointer bytes = operands.scratch;
  bytes.element = ir::Element::kU8;
  if (plan.threads > 1) {
    const int64_t each = plan.thread_bytes();
    bytes = e.Advance(bytes, e.ir().CreateNSWMul(e.arguments().thread, e.Index(each)), each);
  }
  bytes = e.Advance(bytes, offset);
  bytes.element = SumElement(plan.spec.element);
  return bytes;
}

}  // namespace nnc::codegen
