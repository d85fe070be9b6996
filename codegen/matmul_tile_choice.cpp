// Chooses the tile of a product by columns: the one of fewest estimated cycles.
#include <algorithm>
#include <bit>
#include <numeric>

#include "codegen/matmul_tile.h"

namespace nnc::codegen {
namespace {

struct Tile {
  EvenSplit rows;
  int64_t vectors = 1;
  double misses = 0;  // cycles a k step loses for each row, as its element of A does not come from the first cache
};

// Cycles of a product, on a core that starts two multiply-adds and two loads a cycle, a multiply-add taking four: more
// with what keeps one waiting, so that eight sums are too few. A row costs more than its arithmetic: it is one more
// place that A is read from and C is written to.
double Cycles(const MatmulPlan& plan, const Tile& candidate) {
  constexpr double kLatency = 5.5, kPerCycle = 2, kStep = 0.15, kVector = 0.03, kRow = 10;
  const EvenSplit& rows = candidate.rows;
  const auto tile = [&](int64_t height, double work, int64_t vectors) {
    const auto lines = static_cast<double>(height), loads = static_cast<double>(vectors);
    const double step = std::max({lines * work / kPerCycle, (lines + loads) / kPerCycle, kLatency});
    const double lost = kStep + kVector * loads + candidate.misses * lines;
    return static_cast<double>(plan.spec.k) * (step + lost) + kRow * lines;
  };
  const int64_t panel = candidate.vectors * plan.lanes, whole = plan.spec.n / panel, rest = plan.spec.n % panel;
  const TileShape last = LastPanel(plan, rows.size, rest);
  const double spared = 2 * last.last_lanes <= last.lanes ? 0.5 : 0;  // half a vector takes half the time
  const auto strip = [&](int64_t height) {
    const double panels =
        static_cast<double>(whole) * tile(height, static_cast<double>(candidate.vectors), candidate.vectors);
    return rest == 0 ? panels : panels + tile(height, static_cast<double>(last.vectors) - spared, last.vectors);
  };
  if (plan.loop_sink) return static_cast<double>(rows.tiles) * strip(rows.size);
  return static_cast<double>(rows.larger) * strip(rows.size) +
         static_cast<double>(rows.tiles - rows.larger) * strip(rows.size - 1);
}

double MissesOf(const MatmulPlan& plan, const Target& target, const EvenSplit& rows) {
  constexpr double kFirstCache = 0.4, kSecondCache = 0.125;
  constexpr int64_t kSets = 64;
  const int64_t size = ir::ByteSize(plan.spec.element), distance = plan.spec.a.lines.back().stride * size;
  const bool crowded = distance != size && rows.size > LinesThatFit(distance, kSets) * 3 / 4;  // B needs its share
  const bool far = plan.spec.m * (distance == size ? plan.spec.k * size : distance) > target.l2_bytes;
  return (crowded ? kFirstCache : 0) + (far ? kSecondCache : 0);
}

// Whether vectors of a panel lie at fixed distances from the first.
bool HasPanels(const MatmulPlan& plan, int64_t vectors) {
  return plan.pack_b || OffsetsFromMultiples(plan.spec.b.lines, vectors * plan.lanes);
}

}  // namespace

int64_t LinesThatFit(int64_t stride_bytes, int64_t sets) {
  constexpr int64_t kLine = 64, kWays = 8;
  const int64_t period = sets * kLine;
  return std::min(period / std::gcd(period, stride_bytes), sets) * kWays;
}

TileShape LastPanel(const MatmulPlan& plan, int64_t rows, int64_t columns) {
  TileShape shape{rows, (columns + plan.lanes - 1) / plan.lanes, plan.lanes, plan.lanes, plan.lanes};
  shape.last_active = columns - (shape.vectors - 1) * plan.lanes;
  if (plan.strategy == MatmulStrategy::kColumns) {
    shape.last_lanes = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(shape.last_active)));
  }
  return shape;
}

// Sums and vectors leave two registers: one for the broadcast element, one for the compiler. Each further shape of
// tile is more code to compile.
void ChooseTile(MatmulPlan& plan, const Target& target) {
  constexpr int64_t kMostVectors = 5;
  constexpr double kPerShape = 0.03;
  const int64_t registers = target.vector_registers - 2, columns = (plan.spec.n + plan.lanes - 1) / plan.lanes;
  double best = std::numeric_limits<double>::infinity();
  for (int64_t vectors = 1; vectors <= std::min(columns, kMostVectors); ++vectors) {
    const int64_t most = registers / vectors - 1;
    if (!HasPanels(plan, vectors)) continue;
    for (int64_t height = most; height > most / 2; --height) {
      Tile tile{SplitLines(plan.spec.a.lines, height), vectors};
      tile.misses = MissesOf(plan, target, tile.rows);
      const bool even = plan.loop_sink || tile.rows.larger == tile.rows.tiles;
      const int64_t shapes = (columns % vectors ? 2 : 1) * (even ? 1 : 2);
      const double cycles = Cycles(plan, tile) * (1 + kPerShape * static_cast<double>(shapes));
      if (cycles >= best) continue;
      best = cycles;
      plan.rows = tile.rows;
      plan.vectors = vectors;
    }
  }
}

}  // namespace nnc::codegen
