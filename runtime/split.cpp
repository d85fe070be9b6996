#include "runtime/split.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "ir/evaluate.h"
#include "runtime/fail.h"
#include "runtime/shuffle.h"

namespace nnc::runtime {
namespace {

// Keeps the split's draws apart from those of `generate`, which come from the same seed.
constexpr uint64_t kSplitStream = 0x73706C6974;  // "split"

}  // namespace

std::vector<Split> SplitRows(const DataPlan& plan, int64_t rows) {
  if (plan.split.empty()) return {{"", RowOrder(0, rows)}};
  std::vector<int64_t> order;  // empty: as the rows are
  if (plan.shuffle) {
    order = RowOrder(0, rows).List();
    Shuffle(order, ir::FoldKey(static_cast<uint64_t>(plan.seed), kSplitStream));
  }
  std::vector<Split> splits;
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
    RowOrder part_rows = plan.shuffle ? RowOrder(std::vector<int64_t>(order.begin() + begin, order.begin() + cut))
                                      : RowOrder(begin, cut - begin);
    splits.push_back({part.name, std::move(part_rows)});
    begin = cut;
  }
  return splits;
}

}  // namespace nnc::runtime
