// Matrix products: C[b,i,j] = sum over k of A[b,i,k] * B[b,k,j], all sizes constant, operands in every layout.
//
// A product is planned first (PlanMatmul: sizes and target in, tiles and scratch memory out) and emitted later
// (EmitMatmul), so that the buffer planner knows the scratch before any code exists. Sums go over k in a fixed order
// that neither the number of threads nor the place of an element in a tile changes. bf16 accumulates in f32; integers
// wrap.
#pragma once

#include <cstdint>
#include <string>

#include "codegen/emitter.h"
#include "codegen/operand_layout.h"

namespace nnc::codegen {

struct MatmulSpec {
  int64_t batch = 1;
  int64_t m = 0, n = 0, k = 0;
  bool transpose_a = false;  // A is stored [b, k, m] instead of [b, m, k]
  bool transpose_b = false;  // B is stored [b, n, k] instead of [b, k, n]
  ir::Element element = ir::Element::kF32;
  int64_t epilogue = 1;    // about how many instructions the sink makes of a vector of sums; 1 stores it
  OperandLayout a{}, b{};  // where the operands' elements lie; without digits: stored as above, dense
};

// Which index runs along the lanes of a vector.
enum class MatmulStrategy {
  kColumns,  // j: rows of B as vectors, elements of A broadcast; the workhorse
  kRows,     // i: columns of A as vectors, elements of B broadcast; for few columns where A is stored transposed
  kDot,      // k: a horizontal sum at the end; for few columns or few rows
};

// `tiles` pieces of a dimension: the first `larger` have `size` elements, the others one less.
struct EvenSplit {
  int64_t tiles = 0, size = 0, larger = 0;
  int64_t extent() const { return tiles * (size - 1) + larger; }
};
EvenSplit SplitEvenly(int64_t extent, int64_t largest);
// The same so that lines of every piece lie at the same distances from its first.
EvenSplit SplitLines(const Digits& lines, int64_t largest);

struct MatmulPlan {
  MatmulSpec spec;
  MatmulStrategy strategy = MatmulStrategy::kColumns;
  int threads = 1;
  int64_t lanes = 1;  // elements of a vector
  // A tile of C in registers: `rows` x `vectors`. "Rows" are those of C for kColumns and its columns for kRows; for
  // kDot a tile is rows.size x vectors elements, either one row or all columns.
  EvenSplit rows;
  int64_t vectors = 1;
  std::vector<TermLoop> terms;  // the loops that k runs in, the outermost first
  int64_t k_block = 0;          // terms summed before partial sums go to memory; k where that never happens
  bool pack_a = false;          // the operand is copied to scratch first, in the order that the tiles read it
  bool pack_b = false;
  int64_t row_units = 1;  // pieces that the rows of tiles are cut into, for threads and to bound the scratch
  // Sums go to scratch when they are done, and the sink takes them from there in a loop: one copy of its code instead
  // of one for each vector of a tile. Every tile then has rows.size rows, and the last shares some with the one before.
  bool loop_sink = false;
  int64_t packed_a_bytes = 0, packed_b_bytes = 0, sum_bytes = 0;  // scratch of one thread

  int64_t UnitTiles() const;  // of the longest row unit
  int64_t thread_bytes() const { return packed_a_bytes + packed_b_bytes + sum_bytes; }
  int64_t scratch_bytes() const { return threads * thread_bytes(); }
  // "columns 6x64, k 256, pack b, loop": for `nnc emit kernels`.
  std::string Describe() const;
};

MatmulPlan PlanMatmul(const MatmulSpec& spec, const Target& target, int threads);

// Where a vector of finished sums lies in C. Lanes are consecutive elements of C in memory (row-major).
struct MatmulPlace {
  llvm::Value* batch = nullptr;   // i64
  llvm::Value* row = nullptr;     // i64, of lane 0
  llvm::Value* column = nullptr;  // i64, of lane 0
  llvm::Value* flat = nullptr;    // i64: (batch * m + row) * n + column
  int64_t flat_multiple = 1;      // known to divide `flat`
  int64_t active = 0;             // lanes that are elements of C; the others hold nothing and must not be stored
  // Lanes go on into the next rows: lane l is row + (column + l) / n, column (column + l) % n. `column` is then
  // constant.
  bool wraps = false;
};

// Receives every element of C exactly once and stores it, or what it makes of it (bias, activation, an optimizer's
// update), which may read and write other memory at the same place. `sums` is in compute type.
using MatmulSink = llvm::function_ref<void(const MatmulPlace& place, llvm::Value* sums)>;

// May be given each place before its terms are summed, to fetch what the sink will read and write there.
using MatmulPrefetch = llvm::function_ref<void(const MatmulPlace& place)>;

struct MatmulOperands {
  Pointer a, b;
  Pointer scratch;  // scratch_bytes() of 64-byte aligned memory; unused where that is 0
};

// Emits the share of the calling thread. No barrier before or after: the caller separates kernels.
void EmitMatmul(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink,
                MatmulPrefetch prefetch = nullptr);

// The plain sink: stores the sums to `c`.
void StoreSums(Emitter& emitter, const Pointer& c, const MatmulPlace& place, llvm::Value* sums);

}  // namespace nnc::codegen
