// Chooses strategy and tile sizes of a product.
#include <algorithm>

#include "codegen/matmul.h"

namespace nnc::codegen {
namespace {

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Bytes of a partial sum: bf16 accumulates in f32.
int64_t SumBytes(ir::Element element) { return element == ir::Element::kBF16 ? 4 : ir::ByteSize(element); }

MatmulStrategy ChooseStrategy(const MatmulSpec& spec, int64_t lanes) {
  constexpr int64_t kFewRows = 8;  // reading B by dot products then costs less than transposing it first
  if (2 * spec.n <= lanes && spec.transpose_a && spec.m > spec.n) return MatmulStrategy::kRows;
  const bool long_sums = spec.k >= lanes;
  if (2 * spec.n < lanes && !spec.transpose_a && long_sums) return MatmulStrategy::kDot;
  if (spec.m <= kFewRows && spec.transpose_b && long_sums) return MatmulStrategy::kDot;
  return MatmulStrategy::kColumns;
}

// Cycles of one k step over all tiles of `rows` x `columns` vectors, on a core that starts two multiply-adds and two
// loads a cycle, a multiply-add taking four. Vectors mostly come from the second cache, whose lines delay the first a
// little.
double StepCycles(const EvenSplit& rows, int64_t columns, int64_t vectors) {
  constexpr double kLatency = 4, kPerCycle = 2, kTileOverhead = 0.15, kSecondCache = 0.1;
  const auto tile = [&](int64_t height, int64_t width) {
    const auto sums = static_cast<double>(height * width), loads = static_cast<double>(height + width);
    return std::max({sums / kPerCycle, loads / kPerCycle, kLatency}) + kTileOverhead +
           kSecondCache * static_cast<double>(width);
  };
  const auto strip = [&](int64_t height) {
    const int64_t whole = columns / vectors, rest = columns % vectors;
    return static_cast<double>(whole) * tile(height, vectors) + (rest ? tile(height, rest) : 0);
  };
  return static_cast<double>(rows.larger) * strip(rows.size) +
         static_cast<double>(rows.tiles - rows.larger) * strip(rows.size - 1);
}

// The tile of fewest cycles whose sums and vectors leave two registers: one for the broadcast element, one for the
// compiler.
void ChooseTile(MatmulPlan& plan, const Target& target, int64_t rows, int64_t columns) {
  const int64_t registers = target.vector_registers - 2;
  double best = 0;
  constexpr int64_t kMostVectors = 8;
  constexpr double kPerShape = 0.02;
  for (int64_t vectors = 1; vectors <= std::min(columns, kMostVectors); ++vectors) {
    const EvenSplit split = SplitEvenly(rows, std::max<int64_t>(1, (registers - vectors) / vectors));
    const int64_t shapes = (columns % vectors ? 2 : 1) * (split.larger < split.tiles ? 2 : 1);
    const double cycles = StepCycles(split, columns, vectors) * (1 + kPerShape * static_cast<double>(shapes));
    if (best != 0 && cycles >= best) continue;
    best = cycles;
    plan.rows = split;
    plan.vectors = vectors;
  }
}

// A panel of k_block x vectors of B is read again by every tile below it and should stay near the core.
void BlockK(MatmulPlan& plan) {
  constexpr int64_t kBlock = 256, kUnblocked = 512, kMultiple = 4;
  const int64_t k = plan.spec.k;
  plan.k_block = k;
  if (k <= kUnblocked || plan.rows.tiles == 1) return;
  plan.k_block = CeilDiv(CeilDiv(k, CeilDiv(k, kBlock)), kMultiple) * kMultiple;
}

// Enough pieces that every thread has some, and small enough that their partial sums stay in the second cache.
void CutRows(MatmulPlan& plan, int64_t panels) {
  constexpr int64_t kUnitsPerThread = 4, kPartialRows = 256;
  const int64_t other_units = plan.spec.batch * panels;
  int64_t units = plan.threads == 1 ? 1 : CeilDiv(kUnitsPerThread * plan.threads, other_units);
  if (plan.k_block < plan.spec.k) units = std::max(units, CeilDiv(plan.rows.tiles * plan.rows.size, kPartialRows));
  plan.row_units = std::clamp<int64_t>(units, 1, plan.rows.tiles);
}

int64_t RoundToLine(int64_t bytes) { return CeilDiv(bytes, 64) * 64; }

void PlanOuterProduct(MatmulPlan& plan, const Target& target) {
  const MatmulSpec& spec = plan.spec;
  const bool by_columns = plan.strategy == MatmulStrategy::kColumns;
  const int64_t vectors = CeilDiv(by_columns ? spec.n : spec.m, plan.lanes);
  if (by_columns) {
    ChooseTile(plan, target, spec.m, vectors);
  } else {
    plan.rows = SplitEvenly(spec.n, spec.n);
    plan.vectors = std::clamp<int64_t>((target.vector_registers - 2 - spec.n) / std::max<int64_t>(spec.n, 1), 1, 4);
    plan.vectors = std::min(plan.vectors, std::max<int64_t>(vectors, 1));
  }
  BlockK(plan);
  CutRows(plan, CeilDiv(vectors, plan.vectors));
  plan.pack_b = by_columns && spec.transpose_b && spec.k > 0;
  const int64_t bytes = SumBytes(spec.element), panel = plan.vectors * plan.lanes;
  if (plan.pack_b) plan.packed_bytes = RoundToLine(spec.k * panel * bytes);
  if (plan.k_block < spec.k) {
    plan.partial_bytes = RoundToLine(CeilDiv(plan.rows.tiles, plan.row_units) * plan.rows.size * panel * bytes);
  }
}

// A tile is as many elements of C as a vector has lanes, so that their horizontal sums make one vector.
void PlanDot(MatmulPlan& plan) {
  const MatmulSpec& spec = plan.spec;
  plan.k_block = spec.k;
  plan.vectors = std::min(spec.n, plan.lanes);
  plan.rows = SplitEvenly(spec.m, spec.n <= plan.lanes ? plan.lanes / spec.n : 1);
  plan.pack_a = spec.transpose_a && spec.m > 1;
  plan.pack_b = !spec.transpose_b && spec.n > 1;
  const int64_t rows = (plan.pack_a ? spec.m : 0) + (plan.pack_b ? spec.n : 0);
  plan.packed_bytes = RoundToLine(rows * spec.k * SumBytes(spec.element));
  plan.row_units = plan.threads == 1 ? 1 : std::min<int64_t>(plan.rows.tiles, 4 * plan.threads);
}

}  // namespace

EvenSplit SplitEvenly(int64_t extent, int64_t largest) {
  if (extent <= 0) return {};
  EvenSplit split;
  split.tiles = CeilDiv(extent, largest);
  split.size = CeilDiv(extent, split.tiles);
  split.larger = extent - split.tiles * (split.size - 1);
  return split;
}

MatmulPlan PlanMatmul(const MatmulSpec& spec, const Target& target, int threads) {
  MatmulPlan plan;
  plan.spec = spec;
  plan.threads = threads;
  plan.lanes = std::min(target.Lanes(spec.element), target.vector_bytes / 4);  // short integers: no longer than f32
  if (spec.batch * spec.m * spec.n == 0) return plan;
  plan.strategy = ChooseStrategy(spec, plan.lanes);
  if (plan.strategy == MatmulStrategy::kDot) {
    PlanDot(plan);
  } else {
    PlanOuterProduct(plan, target);
  }
  return plan;
}

std::string MatmulPlan::Describe() const {
  static constexpr const char* kNames[] = {"columns", "rows", "dot"};
  const int64_t width = strategy == MatmulStrategy::kDot ? vectors : vectors * lanes;
  std::string text = kNames[static_cast<int>(strategy)];
  text += " " + std::to_string(rows.size) + "x" + std::to_string(width);
  if (k_block < spec.k) text += ", k " + std::to_string(k_block);
  if (pack_a) text += ", pack a";
  if (pack_b) text += ", pack b";
  return text;
}

}  // namespace nnc::codegen
