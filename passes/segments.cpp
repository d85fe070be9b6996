#include "passes/segments.h"

#include <algorithm>

#include "passes/recomputation.h"

namespace nnc::passes {
namespace {

using ir::Op;
using ir::Value;

int64_t BytesOf(const ir::Node& node) {
  const bool is_memory = node.op != Op::kArgument && node.op != Op::kScan && !IsFree(node);
  return is_memory ? node.type.bytes() : 0;
}

// For each forward value, the number that its last forward reader has; views stand for their readers.
std::vector<int> LastReaders(const ir::Function& function, const std::vector<bool>& forward,
                             const std::vector<int>& number) {
  std::vector<int> last = number;
  for (uint32_t i = function.size(); i-- > 0;) {
    if (!forward[i]) continue;
    const ir::Node& node = function.node(Value{i});
    const int reader = IsFree(node) ? last[i] : number[i];
    for (Value operand : node.operands) last[operand.index] = std::max(last[operand.index], reader);
  }
  return last;
}

// For each value, the bytes of forward values up to it that forward values after it read.
std::vector<int64_t> BytesAcross(const ir::Function& function, const std::vector<bool>& forward) {
  std::vector<int> place(function.size());
  for (uint32_t i = 0; i < function.size(); ++i) place[i] = static_cast<int>(i);
  const std::vector<int> last = LastReaders(function, forward, place);
  std::vector<int64_t> change(function.size() + 1, 0);
  for (uint32_t i = 0; i < function.size(); ++i) {
    if (!forward[i]) continue;
    const int64_t bytes = BytesOf(function.node(Value{i}));
    change[i] += bytes;
    change[static_cast<size_t>(last[i])] -= bytes;
  }
  for (size_t i = 1; i < change.size(); ++i) change[i] += change[i - 1];
  return change;
}

}  // namespace

std::vector<int> SegmentsOf(const ir::Function& function, const std::vector<bool>& forward, int count) {
  std::vector<int> segment(function.size(), 0);
  if (count < 2) return segment;
  std::vector<int64_t> made(function.size(), 0);  // bytes of forward values up to here
  int64_t all = 0;
  for (uint32_t i = 0; i < function.size(); ++i) {
    if (forward[i]) all += BytesOf(function.node(Value{i}));
    made[i] = all;
  }
  const std::vector<int64_t> across = BytesAcross(function, forward);
  for (int cut = 1; cut < count; ++cut) {
    const auto place = [&](int halves) {
      return std::ranges::upper_bound(made, all / (2 * count) * halves) - made.begin();
    };
    const auto begin = across.begin() + place(2 * cut - 1), end = across.begin() + place(2 * cut + 1);
    if (begin == end) continue;
    const auto narrowest = std::min_element(begin, end);
    for (auto i = static_cast<size_t>(narrowest - across.begin()) + 1; i < segment.size(); ++i) segment[i] = cut;
  }
  return segment;
}

std::vector<int> LastUseIn(const ir::Function& function, const std::vector<bool>& forward,
                           const std::vector<int>& segment) {
  return LastReaders(function, forward, segment);
}

}  // namespace nnc::passes
