#include "runtime/split.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "ir/evaluate.h"
#include "runtime/fail.h"
#include "runtime/shuffle.h"

namespace nnc::runtime {
namespace {

// Keeps the split's draws apart from those of `generate`, which come from the same seed.
constexpr uint64_t kSplitStream = 0x73706C6974;  // "split"

}  // namespace

std::vector<Split> SplitRows(const DataPlan& plan, int64_t rows) {
  std::vector<int64_t> order(static_cast<size_t>(rows));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::vector<Split> splits;
  if (plan.split.empty()) {
    splits.push_back({"", std::move(order)});
    return splits;
  }
  if (plan.shuffle) Shuffle(order, ir::FoldKey(static_cast<uint64_t>(plan.seed), kSplitStream));
  double end = 0;  // where this part would end with fractions of rows
  int64_t begin = 0;
  for (const SplitPart& part : plan.split) {
    end += part.fraction ? part.size * static_cast<double>(rows) : part.size;
    const int64_t cut = std::llround(end);
    if (cut > rows) {
      Fail(DiagnosticKind::kBadSplit, part.span,
           fmt::format("`{}` needs rows up to number {}, but `{}` has {}", part.name, cut, plan.name, rows));
    }
    if (cut <= begin) {
      Fail(DiagnosticKind::kBadSplit, part.span,
           fmt::format("`{}` gets none of the {} rows of `{}`", part.name, rows, plan.name),
           "Give it a larger share, or leave it out.");
    }
    splits.push_back({part.name, {order.begin() + begin, order.begin() + cut}});
    begin = cut;
  }
  return splits;
}

}  // namespace nnc::runtime
