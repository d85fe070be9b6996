// Chooses strategy, packing and scratch memory of a product.
#include <algorithm>

#include "codegen/matmul_tile.h"

namespace nnc::codegen {
namespace {

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t RoundToLine(int64_t bytes) { return CeilDiv(bytes, 64) * 64; }

// Gives operands without a layout that of their flags, and flags to those that are dense.
void SetLayouts(MatmulSpec& spec) {
  if (spec.a.lines.empty()) spec.a = DenseLayout(spec.batch, spec.m, spec.k, spec.transpose_a);
  if (spec.b.lines.empty()) spec.b = DenseLayout(spec.batch, spec.n, spec.k, !spec.transpose_b);
  spec.transpose_a = spec.a == DenseLayout(spec.batch, spec.m, spec.k, true);
  spec.transpose_b = spec.b == DenseLayout(spec.batch, spec.n, spec.k, false);
}

bool IsDense(const MatmulSpec& spec) {
  return (spec.transpose_a || spec.a == DenseLayout(spec.batch, spec.m, spec.k, false)) &&
         (spec.transpose_b || spec.b == DenseLayout(spec.batch, spec.n, spec.k, true));
}

bool LieSideBySide(const Digits& lines) { return lines.size() == 1 && lines.back().stride == 1; }

MatmulStrategy ChooseStrategy(const MatmulSpec& spec, int64_t lanes) {
  constexpr int64_t kFewRows = 8;  // reading B by dot products then costs less than transposing it first
  if (4 * spec.n <= 3 * lanes && LieSideBySide(spec.a.lines) && spec.m > spec.n) return MatmulStrategy::kRows;
  if (!IsDense(spec)) return MatmulStrategy::kColumns;
  const bool long_sums = spec.k >= lanes;
  if (2 * spec.n < lanes && !spec.transpose_a && long_sums) return MatmulStrategy::kDot;
  if (spec.m <= kFewRows && spec.transpose_b && long_sums) return MatmulStrategy::kDot;
  return MatmulStrategy::kColumns;
}

// Operands whose columns would not stay in the second cache, and those that are stored along k but read as vectors.
// Panels of vectors shorter than a cache line are too narrow to be read from a large B as it lies.
void ChoosePacking(MatmulPlan& plan, const Target& target) {
  constexpr int64_t kSecondCacheSets = 2048, kManyTerms = 256, kFewRows = 64, kFewColumns = 128, kLine = 64;
  const MatmulSpec& spec = plan.spec;
  const auto may_copy = [](const OperandLayout& layout) {
    return layout.terms.size() == 1 && LieSideBySide(layout.lines);
  };
  const auto crowded = [&](const OperandLayout& layout) {
    const int64_t stride = layout.terms.back().stride * ir::ByteSize(spec.element);
    return LinesThatFit(stride, kSecondCacheSets) <= std::min(spec.k, kManyTerms);
  };
  const bool large = spec.k * spec.n * ir::ByteSize(spec.element) > 4 * target.l1_bytes;
  const bool narrow = target.vector_bytes < kLine && large;
  const bool dear = may_copy(spec.b) && spec.m >= kFewRows && (narrow || crowded(spec.b));
  plan.pack_b = spec.k > 0 && (!HasVectors(spec.b.lines, plan.lanes) || dear);
  plan.pack_a = may_copy(spec.a) && spec.n >= kFewColumns && crowded(spec.a);
}

// Sums as long as this hide the way through memory; an epilogue of more than a few instructions is worth it anyway.
bool ChooseLoopSink(const MatmulPlan& plan) {
  constexpr int64_t kManyTerms = 512, kFewInstructions = 4;
  return plan.pack_a || plan.spec.k >= kManyTerms || plan.spec.epilogue > kFewInstructions;
}

// About `block` terms that are some rounds of one loop and all of those inside it; blocks of them are cut out of k.
int64_t WholeLoops(const std::vector<TermLoop>& loops, int64_t block) {
  int64_t inner = 1;
  size_t i = loops.size() - 1;
  for (; i > 0 && inner * loops[i].extent <= block; --i) inner *= loops[i].extent;
  const int64_t extent = loops[i].extent, most = std::clamp<int64_t>(block / inner, 1, extent);
  if (i == 0) return most * inner;
  int64_t fewer = most, more = most;
  while (extent % fewer != 0) --fewer;
  while (extent % more != 0) ++more;
  return (2 * fewer >= most ? fewer : more) * inner;
}

// A panel of k x vectors of B is read again by every tile below it and should stay near the core.
void BlockK(MatmulPlan& plan) {
  constexpr int64_t kBlock = 256, kUnblocked = 2048, kMultiple = 4;
  const int64_t k = plan.spec.k;
  plan.k_block = k;
  if (k <= kUnblocked || plan.rows.tiles == 1) return;
  plan.k_block = plan.terms.size() > 1 ? WholeLoops(plan.terms, kBlock)
                                       : CeilDiv(CeilDiv(k, CeilDiv(k, kBlock)), kMultiple) * kMultiple;
}

// Enough pieces that every thread has some, and small enough that their partial sums stay in the second cache.
void CutRows(MatmulPlan& plan, int64_t panels) {
  constexpr int64_t kUnitsPerThread = 4, kPartialRows = 512;
  const int64_t other_units = plan.spec.batch * panels;
  int64_t units = plan.threads == 1 ? 1 : CeilDiv(kUnitsPerThread * plan.threads, other_units);
  if (plan.k_block < plan.spec.k) units = std::max(units, CeilDiv(plan.rows.extent(), kPartialRows));
  plan.row_units = std::clamp<int64_t>(units, 1, plan.rows.tiles);
}

void SizeScratch(MatmulPlan& plan) {
  const MatmulSpec& spec = plan.spec;
  const int64_t bytes = ir::ByteSize(SumElement(spec.element)), panel = plan.vectors * plan.lanes;
  if (plan.pack_b) plan.packed_b_bytes = RoundToLine(spec.k * panel * bytes);
  // Transposing writes whole vectors, past the last tile.
  if (plan.pack_a) plan.packed_a_bytes = RoundToLine((plan.UnitTiles() * plan.rows.size * spec.k + plan.lanes) * bytes);
  const int64_t waiting_tiles = plan.k_block < spec.k ? plan.UnitTiles() : 1;
  if (plan.loop_sink) plan.sum_bytes = RoundToLine(waiting_tiles * plan.rows.size * panel * bytes);
}

void PlanByColumns(MatmulPlan& plan, const Target& target) {
  ChoosePacking(plan, target);
  plan.loop_sink = ChooseLoopSink(plan);
  ChooseTile(plan, target);
  BlockK(plan);
  CutRows(plan, CeilDiv(plan.spec.n, plan.vectors * plan.lanes));
  SizeScratch(plan);
}

void PlanByRows(MatmulPlan& plan, const Target& target) {
  constexpr int64_t kMostVectors = 4;
  const int64_t vectors = CeilDiv(plan.spec.m, plan.lanes), most = (target.vector_registers - 2) / plan.spec.n - 1;
  plan.k_block = plan.spec.k;
  plan.rows = SplitEvenly(plan.spec.n, plan.spec.n);
  plan.vectors = std::min(vectors, std::clamp<int64_t>(most, 1, kMostVectors));
  CutRows(plan, CeilDiv(vectors, plan.vectors));
}

// A tile is as many elements of C as a vector has lanes, so that their horizontal sums make one vector.
void PlanDot(MatmulPlan& plan) {
  const MatmulSpec& spec = plan.spec;
  plan.k_block = spec.k;
  plan.vectors = std::min(spec.n, plan.lanes);
  plan.rows = SplitEvenly(spec.m, spec.n <= plan.lanes ? plan.lanes / spec.n : 1);
  plan.pack_a = spec.transpose_a && spec.m > 1;
  plan.pack_b = !spec.transpose_b && spec.n > 1;
  const int64_t line = spec.k * ir::ByteSize(SumElement(spec.element));
  plan.packed_a_bytes = plan.pack_a ? RoundToLine(spec.m * line) : 0;
  plan.packed_b_bytes = plan.pack_b ? RoundToLine(spec.n * line) : 0;
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

bool HasVectors(const Digits& lines, int64_t lanes) {
  return lines.back().stride == 1 && (lines.size() == 1 || lines.back().extent % lanes == 0);
}

EvenSplit SplitLines(const Digits& lines, int64_t largest) {
  const int64_t extent = ExtentOf(lines);
  if (lines.size() == 1) return SplitEvenly(extent, largest);
  int64_t size = std::min(largest, extent);
  while (extent % size != 0 || !OffsetsFromMultiples(lines, size)) --size;
  return {extent / size, size, extent / size};
}

int64_t MatmulPlan::UnitTiles() const { return CeilDiv(rows.tiles, row_units); }

MatmulPlan PlanMatmul(const MatmulSpec& spec, const Target& target, int threads) {
  MatmulPlan plan;
  plan.spec = spec;
  SetLayouts(plan.spec);
  plan.terms = LoopsOverTerms(plan.spec.a.terms, plan.spec.b.terms).value();
  plan.threads = threads;
  plan.lanes = std::min(target.Lanes(spec.element), target.vector_bytes / 4);  // short integers: no longer than f32
  if (spec.batch * spec.m * spec.n == 0) return plan;
  plan.strategy = ChooseStrategy(plan.spec, plan.lanes);
  switch (plan.strategy) {
    case MatmulStrategy::kColumns:
      PlanByColumns(plan, target);
      break;
    case MatmulStrategy::kRows:
      PlanByRows(plan, target);
      break;
    case MatmulStrategy::kDot:
      PlanDot(plan);
      break;
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
  if (loop_sink) text += ", loop";
  return text;
}

}  // namespace nnc::codegen
